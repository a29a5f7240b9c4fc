"""Components that take arguments. Reference with examples: docs/reference/components.md."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel import Locale
from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, ClearableFileInput, RadioSelect
from django.template.loader import render_to_string
from django.utils.dateformat import format as formatted
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import get_language

from saudagar.foundation.refusals import spoken
from saudagar.look.icons import ICONS
from saudagar.look.parts import Bar
from saudagar.look.states import STATES

register = template.Library()

LANGUAGES = (("id", "Bahasa Indonesia"), ("en", "English"), ("zh-hans", "简体中文"))
NOTICE_ICONS = {"info": "info", "good": "check", "warning": "warning", "bad": "warning"}
MOMENTS = {"id": "j M Y, H.i", "en": "j M Y, H:i", "zh-hans": "Y年n月j日 H:i"}
MOST_KEPT = 1000  # texts of one `kept` block in one language
# What Django's messages call it -> what we call it.
TONES = {"debug": "info", "info": "info", "success": "good", "warning": "warning", "error": "bad"}


@register.simple_tag
@lru_cache(maxsize=1000)
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """`{% icon "cart" %}`, `{% icon "cart" "s" %}` (s, l, xl), with a label when the icon stands alone."""
    shape = mark_safe(ICONS.get(name) or ICONS["info"])  # noqa: S308 - our own drawings
    css = f"icon icon--{size}" if size else "icon"
    if label:
        return format_html('<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', css, label, shape)
    return format_html('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', css, shape)


@register.simple_tag
def badge(state: object, label: str = "", tone: str | None = None) -> SafeString:
    """`{% badge order.status %}`: name, colour and icon of a state. An unknown state shows its own name, in grey."""
    key = str(getattr(state, "value", state))
    known_tone, shape, name = STATES.get(key, ("", "", key.replace("_", " ").capitalize()))
    tone = known_tone if tone is None else tone
    return format_html('<span class="badge{}">{}{}</span>', f" badge--{tone}" if tone else "", icon(shape) if shape else "", label or name)


@register.filter
def tone(level_tag: str) -> str:
    return TONES.get(level_tag, "info")


@register.inclusion_tag("look/steps.html")
def steps(rows: Sequence[object]) -> dict[str, object]:
    """`{% steps order.timeline %}` with rows of `parts.Step`."""
    return {"steps": rows}


@register.inclusion_tag("look/path.html")
def path(current: int, *labels: str) -> dict[str, object]:
    """`{% path 2 "Basket" "Address" "Payment" %}`: how far along a short way, counted from 1."""
    states = ["done" if n < current else "now" if n == current else "next" for n in range(1, len(labels) + 1)]
    return {"rows": zip(labels, states, strict=True)}


@register.inclusion_tag("look/progress.html")
def progress(value: int, most: int = 100, label: str = "", shown: str = "") -> dict[str, object]:
    """`{% progress 3 8 "Texts in Chinese" %}`."""
    return {"value": value, "most": most, "label": label, "shown": shown or f"{value} / {most}"}


@register.inclusion_tag("look/chart.html")
def chart(bars: Sequence[Bar], label: str) -> dict[str, object]:
    """`{% chart sales "Sales per day" %}`: a small bar chart of `parts.Bar` rows, readable without eyes too."""
    highest = max((bar.value for bar in bars), default=0) or 1
    step = 600 / max(len(bars), 1)
    drawn = [
        {
            "bar": bar,
            "x": round(i * step + step * 0.14, 1),
            "middle": round(i * step + step / 2, 1),
            "width": round(step * 0.72, 1),
            "height": round(bar.value / highest * 130, 1),
            "y": round(150 - bar.value / highest * 130, 1),
            "above": round(145 - bar.value / highest * 130, 1),
        }
        for i, bar in enumerate(bars)
    ]
    return {"drawn": drawn, "label": label, "with_values": len(drawn) <= 12}


@register.simple_tag(takes_context=True)
def control(context: template.Context, field: BoundField) -> SafeString:
    """The widget of a form field, tied to its help and its errors for screen readers."""
    attrs: dict[str, Any] = {}
    described = [f"{field.auto_id}_help"] if field.help_text else []
    if field.errors:
        described.append(f"{field.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@register.filter
def kind(field: BoundField) -> str:
    """check, choices, file or plain: how field.html lays a field out."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, ClearableFileInput):
        return "file"
    return "plain"


@register.simple_block_tag(takes_context=True)
def card(context: template.Context, content: str, title: str = "", icon_name: str = "", css: str = "", level: int = 2) -> SafeString:
    """`{% card title="Address" icon_name="location" %} … {% endcard %}`."""
    return _block("look/card.html", content, title=title, icon_name=icon_name, css=css, level=level)


@register.simple_block_tag(takes_context=True)
def notice(context: template.Context, content: str, tone: str = "info", title: str = "") -> SafeString:
    """`{% notice "warning" %} … {% endnotice %}`; tones: info, good, warning, bad."""
    return _block("look/notice.html", content, tone=tone, title=title)


@register.simple_block_tag(takes_context=True)
def fold(context: template.Context, content: str, title: str, icon_name: str = "", is_open: bool = False) -> SafeString:
    """`{% fold "Everything included" %} … {% endfold %}`: opens without JavaScript."""
    return _block("look/fold.html", content, title=title, icon_name=icon_name, is_open=is_open)


@register.simple_block_tag(takes_context=True)
def empty(context: template.Context, content: str, title: str, icon_name: str = "box") -> SafeString:
    """`{% empty title="No orders yet" icon_name="box" %}<p>…</p>{% endempty %}`."""
    return _block("look/empty.html", content, title=title, icon_name=icon_name)


class Kept(template.Node):
    """Text by what it depends on. Folded templates are copies for each language, so each language has its own."""

    def __init__(self, nodelist: template.NodeList, names: Sequence[template.base.FilterExpression]) -> None:
        self.nodelist, self.names = nodelist, names
        self.texts: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        key = (get_language(), *(name.resolve(context) for name in self.names))
        text = self.texts.get(key)
        if text is None:
            if len(self.texts) >= MOST_KEPT:
                self.texts.clear()
            text = self.texts[key] = self.nodelist.render(context)
        return text


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> Kept:
    """`{% kept tile lazy %} … {% endkept %}`: rendered once for the same values. They must be all that the text depends on, besides the
    language, and hashable: frozen rows, words, numbers."""
    names = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist, names)


@register.simple_tag
def languages() -> tuple[tuple[str, str], ...]:
    return LANGUAGES


@register.filter
def notice_icon(tone: str) -> str:
    return NOTICE_ICONS.get(tone, "info")


@register.filter
def country(code: str) -> str:
    """`{{ order.country|country }}`: "CN" -> "Tiongkok", "China", "中国"; a code nobody knows stays as it is."""
    return str(Locale.parse((get_language() or "id").replace("-", "_")).territories.get(code, code))


@register.filter
def moment(at: datetime | None) -> str:
    """`{{ order.paid_at|moment }}`: day and time as people of this language write them, with the zone where it is Jakarta's."""
    if at is None:
        return ""
    zone = " \\W\\I\\B" if get_current_timezone_name() == "Asia/Jakarta" else ""
    return formatted(localtime(at), MOMENTS.get(get_language() or "id", MOMENTS["en"]) + zone)


@register.filter
def clock(at: datetime) -> str:
    """`{{ row.starts_at|clock }}`: day and time as the clock on the wall of its own zone says, with seconds where it has some."""
    pattern = MOMENTS.get(get_language() or "id", MOMENTS["en"])
    return formatted(at, f"{pattern}{pattern[-2]}s" if at.second else pattern)


@register.filter
def day(at: datetime | date | None) -> str:
    """`{{ order.paid_at|day }}`: 22 Nov 2026, 2026年11月22日."""
    if at is None:
        return ""
    pattern = MOMENTS.get(get_language() or "id", MOMENTS["en"]).rpartition(" ")[0].rstrip(",")
    return formatted(localtime(at) if isinstance(at, datetime) else at, pattern)


@register.filter
def said(texts: Mapping[str, str]) -> str:
    """`{{ paper.names|said }}`: a text kept by language, in the reader's."""
    return texts.get(spoken(get_language())) or next(iter(texts.values()), "")


@register.filter
def html_language(code: str) -> str:
    """zh-hans -> zh-Hans, as HTML and hreflang want it."""
    return {"zh-hans": "zh-Hans"}.get(code, code)


def _block(name: str, content: str, **values: object) -> SafeString:
    # The content was rendered, and escaped, by the page around it.
    return render_to_string(name, {"content": mark_safe(content), **values})  # noqa: S308
