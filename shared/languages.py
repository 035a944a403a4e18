"""Which languages do screens and speech have, and how is a text kept in all of them?"""

from enum import StrEnum

from shared.envelope import Wire


class Language(StrEnum):
    """BCP 47 tags of the languages that every screen speaks from the first day."""

    FINNISH = "fi"
    SWEDISH = "sv"
    ENGLISH = "en"


class Text(Wire):
    """One text in every language; data for screens, such as an agency's name."""

    fi: str
    sv: str
    en: str

    def in_(self, language: Language) -> str:
        """The text in ``language``."""
        match language:
            case Language.FINNISH:
                return self.fi
            case Language.SWEDISH:
                return self.sv
            case Language.ENGLISH:
                return self.en
