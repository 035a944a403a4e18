"""What does the device say and print in each language? The catalogue of its own words."""

from datetime import datetime

from shared.languages import Language, Text

_CALL = Text(
    fi="Numero {number}, tervetuloa: {booth}, {direction}.",
    sv="Nummer {number}, välkommen: {booth}, {direction}.",
    en="Number {number}, please come: {booth}, {direction}.",
)
_REMIND = Text(
    fi="Asiointisi päättyi. Muista ottaa mukaan paperit ja henkilöllisyystodistus.",
    sv="Ditt ärende är klart. Kom ihåg att ta med dina papper och din identitetshandling.",
    en="Your visit has ended. Please remember to take your papers and your identity document.",
)
_STAY = Text(
    fi="Toinen virkailija jatkaa asiaasi pian. Voit odottaa tässä.",
    sv="En annan tjänsteman fortsätter med ditt ärende snart. Du kan vänta här.",
    en="Another clerk will go on with your matter soon. You can wait here.",
)
_LEAVE = Text(
    fi="Odota odotustilassa. Numerosi on edelleen {number}, ja se kutsutaan uudelleen. "
    "Ota mukaan paperit ja henkilöllisyystodistus.",
    sv="Vänta i väntrummet. Ditt nummer är fortfarande {number} och det kallas igen. "
    "Ta med dina papper och din identitetshandling.",
    en="Please wait in the waiting area. Your number is still {number}, and it will be called "
    "again. Take your papers and your identity document with you.",
)
_SEVERAL = Text(
    fi="Tällä numerolla hoidetaan {errands} asiaa, yksi kerrallaan.",
    sv="Med det här numret uträttar du {errands} ärenden, ett i taget.",
    en="This number is for {errands} matters, one at a time.",
)
_SLIP: tuple[Text, ...] = (
    Text(
        fi="Kutsumme sinut tällä numerolla.",
        sv="Vi kallar dig med det här numret.",
        en="We will call you by this number.",
    ),
    Text(
        fi="Seuraa näyttöä ja kuulutuksia.",
        sv="Följ skärmen och utropen.",
        en="Watch the screen and listen for the call.",
    ),
)
_WRITTEN_TIME: dict[Language, str] = {
    Language.FINNISH: "{day}.{month}.{year} klo {hour}.{minute:02}",
    Language.SWEDISH: "{day}.{month}.{year} kl. {hour}.{minute:02}",
    Language.ENGLISH: "{day}.{month}.{year}, {hour}:{minute:02}",
}


def call_text(language: Language, *, number: int, booth: Text, direction: Text) -> str:
    """The spoken call: number, booth and where it is; never whose customer the number is."""
    return _CALL.in_(language).format(
        number=number, booth=booth.in_(language), direction=direction.in_(language)
    )


def reminder_text(language: Language) -> str:
    """The spoken reminder at the end of a visit."""
    return _REMIND.in_(language)


def stay_text(language: Language) -> str:
    """Spoken to whoever may stay seated until another clerk comes."""
    return _STAY.in_(language)


def leave_text(language: Language, *, number: int) -> str:
    """Spoken to whoever waits outside again, with the same number."""
    return _LEAVE.in_(language).format(number=number)


def slip_lines(language: Language, *, errands: int = 1) -> tuple[str, ...]:
    """Guidance under the number on the paper; never whose customer the number is."""
    several = (_SEVERAL.in_(language).format(errands=errands),) if errands > 1 else ()
    return (*several, *(line.in_(language) for line in _SLIP))


def written_time(language: Language, local: datetime) -> str:
    """A local wall time as it stands on the paper."""
    return _WRITTEN_TIME[language].format(
        day=local.day, month=local.month, year=local.year, hour=local.hour, minute=local.minute
    )


def spoken_languages(
    visitor: Language, of_point: tuple[Language, ...], *, attempt: int
) -> tuple[Language, ...]:
    """The visitor's own language first; a recall is said in every language of the point."""
    if attempt == 1:
        return (visitor,)
    return (visitor, *(language for language in of_point if language is not visitor))
