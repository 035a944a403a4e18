"""Speech by espeak-ng: three languages, a WAV with true lengths, a clear word without it."""

import io
import wave

import pytest

from edge_agent.errors import PeripheralError
from edge_agent.peripherals.drivers.espeak import EspeakSpeaker
from shared.languages import Language

CALL = {
    Language.FINNISH: "Numero sata neljä, asiointitila yksi, oikealla.",
    Language.SWEDISH: "Nummer hundrafyra, ärenderum ett, till höger.",
    Language.ENGLISH: "Number one hundred and four, booth one, on the right.",
}


def seconds(wav: bytes) -> float:
    with wave.open(io.BytesIO(wav)) as sound:
        assert sound.getsampwidth() == 2
        length = float(sound.getnframes() / sound.getframerate())
        assert len(sound.readframes(sound.getnframes())) == sound.getnframes() * 2
    return length


@pytest.mark.parametrize("language", list(Language))
async def test_it_speaks_every_language_of_the_screens(language: Language) -> None:
    wav = await EspeakSpeaker().say(language, CALL[language])
    assert 1.5 < seconds(wav) < 15


async def test_the_same_text_sounds_different_in_another_language() -> None:
    speaker = EspeakSpeaker()
    text = "104"
    assert await speaker.say(Language.FINNISH, text) != await speaker.say(Language.SWEDISH, text)


async def test_slower_speech_takes_longer() -> None:
    fast, slow = EspeakSpeaker(words_per_minute=220), EspeakSpeaker(words_per_minute=100)
    text = CALL[Language.FINNISH]
    assert seconds(await slow.say(Language.FINNISH, text)) > 1.5 * seconds(
        await fast.say(Language.FINNISH, text)
    )


async def test_without_the_program_it_says_so() -> None:
    with pytest.raises(PeripheralError, match="speech_missing"):
        await EspeakSpeaker(program="no-such-program").say(Language.FINNISH, "Hei")
