"""Which words do the pages speak in the languages in which the visit is walked?"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The names by which a person finds things on the pages."""

    language: str
    own_name: str
    # the waiting-area screen and the booth
    agency: str
    service: str
    done: str
    not_seen_yet: str
    seen_and_heard: str
    take_identity: str
    smiley: str
    thanks: str
    wait_for_call: str
    # the clerk's desk
    start_service: str
    next: str
    called: str
    take_still: str
    open_still: str
    print_tab: str
    print_send: str
    print_out: str
    end: str
    outcome_done: str
    wrap_up: str
    wrap_up_done: str
    own_menu: str
    sign_out: str


FINNISH = Words(
    language="fi",
    own_name="Suomi",
    agency="Kela",
    service="Perustoimeentulotuki",
    done="Valmis",
    not_seen_yet="Virkailija ei vielä näe eikä kuule sinua.",
    seen_and_heard="Virkailija näkee ja kuulee sinut.",
    take_identity="Henkilöllisyystodistus",
    smiley="Erittäin hyvin",
    thanks="Kiitos käynnistä",
    wait_for_call="Odota kutsua",
    start_service="Aloita palvelu",
    next="Kutsu seuraava",
    called="Asiakasta on kutsuttu",
    take_still="Ota tarkka kuva",
    open_still="Avaa kuva 1",
    print_tab="Tulosta",
    print_send="Tulosta asiointitilaan",
    print_out="Paperi on ulkona tulostimesta",
    end="Päätä asiointi",
    outcome_done="Valmis",
    wrap_up="Jälkityö",
    wrap_up_done="Valmis",
    own_menu="Oma valikko",
    sign_out="Kirjaudu ulos",
)

SWEDISH = Words(
    language="sv",
    own_name="Svenska",
    agency="FPA",
    service="Grundläggande utkomststöd",
    done="Klar",
    not_seen_yet="Tjänstemannen ser och hör dig inte ännu.",
    seen_and_heard="Tjänstemannen ser och hör dig.",
    take_identity="Identitetshandling",
    smiley="Mycket bra",
    thanks="Tack för besöket",
    wait_for_call="Vänta på kallelse",
    start_service="Börja betjäna",
    next="Anropa nästa",
    called="Kunden har anropats",
    take_still="Ta en skarp bild",
    open_still="Öppna bild 1",
    print_tab="Skriv ut",
    print_send="Skriv ut i kundservicerummet",
    print_out="Pappret har kommit ut ur skrivaren",
    end="Avsluta besöket",
    outcome_done="Klart",
    wrap_up="Efterarbete",
    wrap_up_done="Klart",
    own_menu="Egen meny",
    sign_out="Logga ut",
)
