"""What only whoever opens the server to the public meets: addresses, ports and certificates."""

from survey_app.web.i18n import gettext as _
from survey_app.web.wording import Wording

SERVING: dict[str, Wording] = {
    "certificate_early": Wording(
        lambda: _("The certificate %(file)s is not valid before %(since)s."), 409
    ),
    "certificate_incomplete": Wording(
        lambda: _(
            "A certificate needs its key, and a key its certificate: give --certificate and --private-key together."
        ),
        400,
    ),
    "certificate_missing": Wording(lambda: _("There is no file %(file)s."), 404),
    "certificate_of_another": Wording(
        lambda: _("The certificate %(file)s is made for other names than %(host)s."), 409
    ),
    "certificate_over": Wording(
        lambda: _("The certificate %(file)s was valid until %(since)s. Renew it first."), 409
    ),
    "certificate_unfit": Wording(
        lambda: _(
            "%(file)s is no certificate in PEM: the server's own first, then those that vouch for it."
        ),
        400,
    ),
    "certificate_unreadable": Wording(
        lambda: _("%(file)s may not be read by the account that runs the server."), 403
    ),
    "listen_address_unfit": Wording(
        lambda: _(
            "%(address)s is no address of this machine. Listen on 127.0.0.1, on 0.0.0.0 (everywhere) or on an address of its own."
        ),
        400,
    ),
    "port_forbidden": Wording(
        lambda: _(
            "Ports below 1024, as %(port)s, need a right that this account lacks. deploy/survey-app.service gives it, or choose another --port."
        ),
        403,
    ),
    "poster_too_early": Wording(
        lambda: _(
            "Register the wave first. Until then its period can change, and what is printed cannot."
        ),
        409,
    ),
    "private_key_exposed": Wording(
        lambda: _(
            "Everybody on this machine can read %(file)s. Take that right away first: chmod o= %(file)s"
        ),
        409,
    ),
    "private_key_locked": Wording(
        lambda: _(
            "The key %(file)s asks for a password, and nobody is there to type it. Save it without one, readable by the server alone."
        ),
        400,
    ),
    "private_key_of_another": Wording(
        lambda: _("The key %(file)s does not belong to the certificate."), 409
    ),
    "private_key_unfit": Wording(lambda: _("%(file)s is no private key in PEM."), 400),
    "proxies_unfit": Wording(
        lambda: _(
            "SURVEY_BEHIND_PROXY is the number of proxies in front, from 0 to 5; it is %(given)s."
        ),
        400,
    ),
    "public_url_insecure": Wording(
        lambda: _(
            "Answers must not travel in the open: %(address)s has to begin with https://. Plain http is for this machine and private networks only."
        ),
        400,
    ),
    "public_url_missing": Wording(
        lambda: _("Say under which address people reach this server: --public-url https://…"), 400
    ),
    "public_url_unfit": Wording(
        lambda: _(
            "%(address)s is no address of a server. It has the form https://khaosat.example.vn, with nothing behind the name."
        ),
        400,
    ),
}
