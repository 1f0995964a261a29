"""Pages as they go out: rendered here, compressed, and kept by the browser for its Back button."""

import gzip
from dataclasses import replace
from datetime import datetime

from flask import Response, render_template, request, url_for

from survey_app.clock import now
from survey_app.instrument.blocks import indicators_of
from survey_app.web import i18n
from survey_app.web.current import instance
from survey_app.web.home import results_address
from survey_app.web.i18n import Elsewhere, language
from survey_app.web.i18n import gettext as _
from survey_app.web.respond import last_time, pages, qr, stamps
from survey_app.web.respond.desk import Asked, desk
from survey_app.web.respond.packing import pack
from survey_app.web.respond.posted import Filled, Posted, fill, new_key
from survey_app.web.respond.stamps import Stamp

RECEIPT_GROUP = 4
STAMP_MARK, CODE_MARK, QR_MARK = "@stamp@", "@receipt@", "@qr@"
RECEIPT_MARKS = (CODE_MARK, CODE_MARK, QR_MARK)  # as they stand: to translate it, to read, drawn
RENEWED_MINUTES = 10  # how long a page may lack what was published or worded otherwise meanwhile


def new_stamp(asked: Asked, channel: str) -> Stamp:
    """For a form that goes out now, to the next person."""
    return Stamp(
        place=asked.place,
        questionnaire=asked.questionnaire_name,
        language=language(),
        block=desk().deal(asked),
        minute=minute_now(),
        channel=channel,
    )


def blank_sheet(asked: Asked, stamp: Stamp) -> Response:
    """The page that is the same for everybody of this place and block: only the stamp is put in."""
    key = ("sheet", replace(stamp, minute=0), stamp.minute // RENEWED_MINUTES)
    page = desk().pages.take(
        key, lambda: pack(_sheet_html(asked, stamp, mark=STAMP_MARK), [STAMP_MARK])
    )
    return _reply(page.filled([signed(stamp)]), 200)


def sheet(
    asked: Asked, stamp: Stamp, posted: Posted, filled: Filled, *, status: int = 200
) -> Response:
    """The questions again, with all that was answered; 400 shows the faults, 409 says why."""
    return _reply(_packed(_sheet_html(asked, stamp, posted, filled, status=status)), status)


def check_page(asked: Asked, stamp: Stamp, posted: Posted, filled: Filled) -> Response:
    html = render_template(
        "respond/check.html",
        asked=asked,
        given=pages.given(asked, filled),
        carried=filled.given,
        helped=posted.helped,
        filled_hidden=posted.filled_hidden,
        stamp=signed(stamp),
        key=posted.known_key or new_key(),
        invitation=posted.invitation,
        address=address(asked),
        elsewhere=elsewhere(asked),
    )
    return _reply(_packed(html), 200)


def receipt_page(asked: Asked, block: int, code: str) -> Response:
    """Made once for each form, language and block; only the code is put in."""
    page = desk().pages.take(
        ("receipt", asked.place, block, language(), minute_now() // RENEWED_MINUTES),
        lambda: pack(_receipt_html(asked, block), RECEIPT_MARKS),
    )
    drawn = qr.svg(_outside(url_for("respond.receipt")), code)
    shown = grouped(code)
    return _reply(page.filled([shown, shown, drawn]), 200)


def not_open(asked: Asked, phase: str, filled: Filled | None = None) -> Response:
    """Why the form cannot be answered now; what was answered meanwhile stays on the page."""
    headings = {
        "early": _("This survey has not opened yet"),
        "over": _("This survey has closed"),
        "invited": _("This survey is by invitation"),
    }
    html = render_template(
        "respond/not_open.html",
        asked=asked,
        title=asked.titles[language()],
        unit=asked.names[language()]["unit"],
        phase=phase,
        heading=headings[phase],
        given=[each for each in pages.given(asked, filled) if each.answer] if filled else [],
        results=results_address(asked.place.wave, asked.place.unit),
        elsewhere=elsewhere(asked),
    )
    return _reply(_packed(html), {"early": 404, "over": 410, "invited": 403}[phase])


def trial_receipt(asked: Asked, block: int) -> Response:
    """What a person would get, without a code: nothing is counted that one could look for."""
    html = _receipt_html(asked, block)
    return _reply(_packed(html), 200)


def other_languages(asked: Asked) -> Response:
    """The form has no wording in this language: no page mixes two, so it leads to the others."""
    html = render_template("respond/other_languages.html", asked=asked, elsewhere=elsewhere(asked))
    return _reply(_packed(html), 404)


def wrong_stamp(asked: Asked, posted: Posted) -> Response:
    html = render_template(
        "respond/wrong_stamp.html",
        asked=asked,
        given=pages.unplaced(asked, posted.raw),
        address=address(asked),
        elsewhere=elsewhere(asked),
    )
    return _reply(_packed(html), 400)


def address(asked: Asked, lang: str | None = None) -> str:
    place = asked.place
    if asked.trial:
        return url_for("respond.trial", token=asked.trial, lang=lang or language())
    return url_for(
        f"respond.{place.audience}", wave=place.wave, unit=place.unit, lang=lang or language()
    )


def elsewhere(asked: Asked) -> list[Elsewhere]:
    return i18n.elsewhere(lambda code: address(asked, code), asked.languages)


def grouped(code: str) -> str:
    """In fours, as people read it out."""
    return "-".join(
        code[start : start + RECEIPT_GROUP] for start in range(0, len(code), RECEIPT_GROUP)
    )


def duration_class(stamp: Stamp, at: datetime) -> str:
    minutes = at.timestamp() // 60 - stamp.minute
    bounds = ((2, "under_2"), (5, "2_to_5"), (10, "5_to_10"))
    return next((name for bound, name in bounds if minutes < bound), "over_10")


def minute_now() -> int:
    return int(now().timestamp() // 60)


def _sheet_html(
    asked: Asked,
    stamp: Stamp,
    posted: Posted | None = None,
    filled: Filled | None = None,
    *,
    status: int = 200,
    mark: str = "",
) -> str:
    filled = filled or fill(asked.questionnaire, stamp.block, {})
    faults = filled.checked.faults if status == 400 else ()  # noqa: PLR2004  Bad Request
    return render_template(
        "respond/answers.html",
        asked=asked,
        shown=pages.sheet(asked, filled, faults=faults),
        stamp=mark or signed(stamp),
        block=stamp.block,
        invitation=posted.invitation if posted else "",
        earlier=posted.known_key if posted else None,
        wrong_key=posted.wrong_key if posted else False,
        helped=posted.helped if posted else False,
        filled_hidden=posted.filled_hidden if posted else False,
        status=status,
        address=address(asked),
        elsewhere=elsewhere(asked),
    )


def _receipt_html(asked: Asked, block: int) -> str:
    indicators = indicators_of(asked.questionnaire, block)
    return render_template(
        "respond/received.html",
        asked=asked,
        names=asked.names[language()],
        code=CODE_MARK,
        qr=QR_MARK,
        before=last_time.shown(asked, indicators),
        address=address(asked),
        elsewhere=elsewhere(asked),
    )


def _outside(path: str) -> str:
    """The whole address, as others reach it."""
    return (instance().settings.public_url or request.host_url).rstrip("/") + path


def signed(stamp: Stamp) -> str:
    """The stamp of a form that goes out in this request's language."""
    return stamps.sign(replace(stamp, language=language()), instance().keys)


def _packed(html: str) -> bytes:
    return pack(html).filled([])


def _reply(packed: bytes, status: int) -> Response:
    takes_gzip = request.accept_encodings["gzip"] > 0
    response = Response(
        packed if takes_gzip else gzip.decompress(packed), status, mimetype="text/html"
    )
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    # Not `no-store`: without script, Back must find the page as it was, with its key and answers.
    response.headers["Cache-Control"] = "private, max-age=0"
    return response
