"""What the API of proposals takes and gives."""

import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import BeforeValidator

from saudagar.incubation.rules.refusals import NoSuchProposal


def _known(text: object) -> object:
    """What is no id names nothing: the same answer as for one that nobody bears."""
    try:
        return UUID(str(text))
    except ValueError:
        raise NoSuchProposal() from None


Id = Annotated[UUID, BeforeValidator(_known)]
Line = Annotated[str, Field(min_length=1, max_length=160)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Rule = Annotated[str, Field(min_length=1, max_length=80, description="id of a rule of the proposed rulebook", examples=["cn-cbec-order"])]
Begins = Annotated[
    datetime.date | None,
    Field(description="first day it holds; the day the proposal becomes law when left out. What was ends on the day before."),
]
Levy = Literal["duty", "extra", "excise", "vat"]


class ProposalIn(Schema):
    title: Line = Field(examples=["CBEC without VAT"])
    authority: Line
    why: str = Field(min_length=1, max_length=4000)


class LimitIn(Schema):
    """Another ceiling."""

    type: Literal["limit"]
    rule: Rule
    at_most: str = Field(max_length=20, description="in its currency, as people write it", examples=["8000.00"])
    begins: Begins = None


class RateIn(Schema):
    """Another rate for goods; a row of its own where there is none."""

    type: Literal["rate"]
    destination: Country
    kind: Levy
    hs: str = Field("", pattern="^([0-9]{2,10})?$", description="2 to 10 digits; empty for all goods")
    origin: str = Field("", pattern="^([A-Z]{2})?$")
    agreement: str = Field("", max_length=20, examples=["ACFTA"])
    mode: str = Field("", max_length=40, description="the way in or scheme that the rate is for; empty: of all")
    name: str = Field("", max_length=40, description="of a levy that stands beside others of its kind")
    rate: str = Field(max_length=60, examples=["5%", "free", "max(5%, 0.20/kg)"])
    begins: Begins = None


class FeeIn(Schema):
    """A new fee."""

    type: Literal["fee"]
    destination: Country
    name: str = Field(min_length=1, max_length=80)
    amount: str = Field(max_length=16, pattern=r"^[0-9]+(\.[0-9]{1,3})?$", examples=["2.00"])
    currency: str = Field(pattern="^[A-Z]{3}$")
    per: Literal["parcel", "line", "tariff_item", "unit"]
    mode: str = Field("", max_length=20, description="the way in it is for: cbec; empty: all")
    begins: Begins = None


class ShareIn(Schema):
    """Another part of a levy under a scheme."""

    type: Literal["share"]
    rule: Rule
    levy: Levy
    share: str = Field(max_length=12, examples=["70%"])
    begins: Begins = None


class SwitchIn(Schema):
    """Uncertain rules in use, or not."""

    type: Literal["switch"]
    name: str = Field(max_length=80)
    on: bool


class TextIn(Schema):
    """The whole text of one file of the proposed rulebook."""

    type: Literal["text"]
    file: str = Field(max_length=80, examples=["destinations/CN.toml"])
    text: str = Field(max_length=2_000_000)


EditIn = Annotated[LimitIn | RateIn | FeeIn | ShareIn | SwitchIn | TextIn, Field(discriminator="type")]


class ReplayIn(Schema):
    orders: int = Field(100_000, ge=1, le=10_000_000, description="so many of the last paid orders")
    elasticities: dict[Annotated[str, Field(pattern="^([0-9]{2})?$")], Annotated[float, Field(ge=-10, le=0)]] = Field(
        {}, max_length=100, description='HS chapter → elasticity of demand; "" = all others', examples=[{"": -1.0, "09": -1.2}]
    )


class InviteIn(Schema):
    authority: Line
    country: Country


class RemarkIn(Schema):
    author: str = Field("", max_length=120, description="the name of whoever is signed in when left out")
    text: str = Field(min_length=1, max_length=4000)


class CommentIn(Schema):
    author: Name
    text: str = Field(min_length=1, max_length=4000)


class SignIn(Schema):
    name: Name
    office: Name
    texts_sha256: str = Field(pattern="^[0-9a-f]{64}$", description="of the texts that were read: `texts_sha256` of the proposal")
    agreed: Literal[True] = Field(description="I sign these texts and the result of their replay.")


class PilotIn(Schema):
    provinces: list[Annotated[str, Field(pattern="^[0-9]{2}$")]] = Field(
        [], max_length=60, description="where goods are sent from; none: all"
    )
    markets: list[Annotated[str, Field(max_length=12)]] = Field([], max_length=60, description="codes; none: all")
    starts_on: datetime.date
    ends_on: datetime.date = Field(description="this day included")


class LawIn(Schema):
    on: datetime.date | None = Field(None, description="today in Jakarta when left out")


class FieldOut(Schema):
    field: str
    label: str
    before: str | None
    after: str | None


class ChangeOut(Schema):
    rule: str
    what: str = Field(description="added | removed | changed")
    kind: str
    place: str
    title: str
    fields: list[FieldOut]
    begins: datetime.date | None = Field(description="a first day of its own; null: the day the proposal becomes law")
    text: str = Field(description="the whole change in one line")


class ReplayOut(Schema):
    replay: UUID
    state: str = Field(description="waiting | running | done | failed")
    asked_at: datetime.datetime
    asked_orders: int
    elasticities: dict[str, float]
    progress: int = Field(description="orders done")
    expected: int = Field(description="orders there are; 0 until it runs")
    ended_at: datetime.datetime | None
    seconds: float | None
    failure: str
    texts_sha256: str
    is_current: bool = Field(description="made from the texts of today")
    result_sha256: str


class ReplayDoneOut(ReplayOut):
    report: dict[str, Any] | None = Field(None, description="when it is done: every row, amounts in minor units of `currency`")
    shared: str = Field("", description="when it is done: signed link for anybody, for 90 days, without rows of fewer than 5 businesses")


class SignatureOut(Schema):
    authority: str
    country: str
    name: str
    office: str
    at: datetime.datetime
    texts_sha256: str
    result_sha256: str
    holds: bool = Field(description="the texts are still those that were signed")


class CommentOut(Schema):
    author: str
    authority: str
    text: str
    at: datetime.datetime


class CounterpartOut(Schema):
    counterpart: UUID
    authority: str
    country: str
    invited_at: datetime.datetime
    expires_at: datetime.datetime
    seen_at: datetime.datetime | None
    is_revoked: bool


class InvitedOut(CounterpartOut):
    token: str = Field(description="told once and kept nowhere: for `Authorization: Bearer` under /counterpart")
    link: str = Field(description="the page of the same token, for people")


class PilotOut(Schema):
    release: str
    provinces: list[str]
    markets: list[str]
    starts_at: datetime.datetime
    ends_at: datetime.datetime


class EffectOut(Schema):
    """Difference in differences: the cohort was not drawn by lot, and under 30 orders in a group may be chance (`is_thin`)."""

    pilot: PilotOut | None
    measured_at: datetime.datetime | None
    rows: dict[str, Any] = Field(description="cohort and outside, before and during; value_a_day in minor units of the home currency")
    effect: dict[str, float | None] = Field(description="percent; landed_share in points")
    is_thin: bool | None
    fewest: float | None


class ShadowDayOut(Schema):
    day: datetime.date
    destination: str
    currency: str
    orders: int
    changed: int
    refused: int
    landed_old: int
    landed_new: int
    levies_old: int
    levies_new: int


class ShadowOut(Schema):
    state: str
    shadow_from: datetime.datetime | None
    shadow_until: datetime.datetime | None
    days: list[ShadowDayOut]


class ProposalRowOut(Schema):
    proposal: UUID
    title: str
    authority: str
    state: str = Field(description="draft | shadow | pilot | scheduled | law | closed")
    base: str = Field(description="the release it was made from")
    opened_at: datetime.datetime
    law_on: datetime.date | None
    release: str | None = Field(description="that it becomes law as, or is")


class ReadOut(ProposalRowOut):
    """What an invited authority reads of its proposal."""

    why: str
    texts_sha256: str
    changes: list[ChangeOut]
    signatures: list[SignatureOut]
    comments: list[CommentOut]
    last_replay: ReplayOut | None = Field(description="the last one that is done and was made from the texts of today")
    has_signed: bool | None = Field(None, description="for an invited authority: whether its signature holds")


class ProposalOut(ReadOut):
    is_based_on_the_law: bool = Field(description="false: bring it up to date first")
    cautions: list[str] = Field(description="what a change does not reach: goods whose longer codes keep their rate")
    edits: list[dict[str, Any]] = Field(description="how it came to be, in order; the text of a whole file is left out")
    replays: list[ReplayOut]
    counterparts: list[CounterpartOut]
    pilot: PilotOut | None


class TextOut(Schema):
    file: str
    text: str
    is_changed: bool


class FilesOut(Schema):
    files: list[str]
    changed: list[str]


class ProposalsOut(Schema):
    proposals: list[ProposalRowOut]


class ReplaysOut(Schema):
    replays: list[ReplayOut]
