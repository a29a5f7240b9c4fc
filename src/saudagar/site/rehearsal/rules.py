"""What an officer may ask for, and what is refused. Pure."""

from datetime import timedelta

from saudagar.foundation.refusals import Refusal

SIZES = (100, 300, 500)  # baskets: small, for the machine serves real buyers meanwhile
SKUS, HOT = 24, 4
LONGEST = timedelta(minutes=20)
# Without a sign for so long it was cut off: the worker was stopped, or the machine.
SILENCE = timedelta(minutes=3)
WAITING = timedelta(minutes=15)  # until a worker takes it up


def is_cut_off(state: str, *, silent: timedelta) -> bool:
    """Whether nobody plays it any more.

    >>> is_cut_off("running", silent=timedelta(minutes=4)), is_cut_off("waiting", silent=timedelta(minutes=4))
    (True, False)
    """
    return silent > (SILENCE if state == "running" else WAITING)


class RehearsalUnderWay(Refusal):
    """One rehearsal at a time: it takes a part of the machine."""

    code = "rehearsal_under_way"
    status = 409
    words = {
        "id": "Sebuah gladi sedang berjalan. Tunggu sampai selesai.",
        "en": "A rehearsal is under way. Wait until it has ended.",
        "zh-hans": "已有演练正在进行，请等待其结束。",
    }


class NoSuchRehearsal(Refusal):
    """There is no such rehearsal, or it has no certificate."""

    code = "no_such_rehearsal"
    status = 404
    words = {
        "id": "Gladi ini tidak ada.",
        "en": "There is no such rehearsal.",
        "zh-hans": "没有此演练。",
    }
