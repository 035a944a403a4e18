// What the desk says of the own picture that stands in a booth, in every language.

export const link = {
  fi: {
    'link.title': 'Avoin yhteys',
    'link.where': '{booth}, {point}',
    'link.coming': 'Kuvaasi avataan asiointitilan näytölle…',
    'link.stands':
      'Kuvasi on nyt asiointitilan näytöllä. Ääntäsi ei kuulu siellä, eikä sinulle näy tai kuulu tilasta mitään.',
    'link.lost': 'Kuvasi ei nyt näy asiointitilassa. Yhdistetään uudelleen.',
    'link.refused':
      'Asiointitilan näyttöä ei voitu tunnistaa, joten kuvaasi ei lähetetä. Kerro tekniseen tukeen.',
    'link.until': 'Yhteys päättyy klo {time} tai heti, kun tilaa tarvitaan muuhun asiointiin.',
    'link.calls': 'Kun kutsut asiakkaan tähän tilaan, sama yhteys jatkuu asiointina.',
    'link.own': 'Oma kuvasi asiointitilan näytöllä',
    'link.close': 'Sulje yhteys',
    'link.open': 'Avaa yhteys',
    'link.open_in': 'Avaa yhteys: {booth}, {point}',
    'link_notice.booth_needed':
      'Avoin yhteys päättyi: tila tarvittiin toiseen asiointiin. Voit avata sen uudelleen, kun tila on vapaa.',
    'link_notice.over': 'Avoin yhteys päättyi: työvuorosi tai jonon aukiolo päättyi.',
    'link_notice.booth_gone': 'Avoin yhteys päättyi: asiointitilan laite ei vastaa.',
    'link_notice.unknown': 'Avoin yhteys päättyi.',
    'refusal.booth_not_free': 'Tila ei ole juuri nyt vapaa ja valmis.',
    'refusal.link_there': 'Tilassa on jo toisen virkailijan avoin yhteys.',
  },
  sv: {
    'link.title': 'Öppen förbindelse',
    'link.where': '{booth}, {point}',
    'link.coming': 'Din bild öppnas på kundservicerummets skärm…',
    'link.stands':
      'Din bild står nu på kundservicerummets skärm. Du hörs inte där, och du varken ser eller hör något av rummet.',
    'link.lost': 'Din bild syns inte i kundservicerummet just nu. Vi ansluter på nytt.',
    'link.refused':
      'Kundservicerummets skärm kunde inte identifieras, så din bild sänds inte. Meddela tekniskt stöd.',
    'link.until': 'Förbindelsen slutar kl. {time} eller genast när rummet behövs för annat ärende.',
    'link.calls': 'När du anropar en kund till rummet fortsätter samma förbindelse som ärende.',
    'link.own': 'Din egen bild på kundservicerummets skärm',
    'link.close': 'Stäng förbindelsen',
    'link.open': 'Öppna förbindelse',
    'link.open_in': 'Öppna förbindelse: {booth}, {point}',
    'link_notice.booth_needed':
      'Den öppna förbindelsen slutade: rummet behövdes för ett annat ärende. Du kan öppna den igen när rummet är ledigt.',
    'link_notice.over': 'Den öppna förbindelsen slutade: ditt skift eller köns öppettid tog slut.',
    'link_notice.booth_gone': 'Den öppna förbindelsen slutade: rummets enhet svarar inte.',
    'link_notice.unknown': 'Den öppna förbindelsen slutade.',
    'refusal.booth_not_free': 'Rummet är inte ledigt och klart just nu.',
    'refusal.link_there': 'En annan tjänsteman har redan en öppen förbindelse till rummet.',
  },
  en: {
    'link.title': 'Open link',
    'link.where': '{booth}, {point}',
    'link.coming': "Your picture is being opened on the booth's screen…",
    'link.stands':
      "Your picture is on the booth's screen now. You are not heard there, and you neither see nor hear anything of the booth.",
    'link.lost': 'Your picture does not show in the booth just now. Connecting again.',
    'link.refused':
      "The booth's screen could not be recognised, so your picture is not sent. Tell technical support.",
    'link.until': 'The link ends at {time}, or as soon as the booth is needed for another visit.',
    'link.calls':
      'When you call a visitor to this booth, the same connection goes on as the visit.',
    'link.own': "Your own picture on the booth's screen",
    'link.close': 'Close the link',
    'link.open': 'Open a link',
    'link.open_in': 'Open a link: {booth}, {point}',
    'link_notice.booth_needed':
      'The open link ended: the booth was needed for another visit. You can open it again when the booth is free.',
    'link_notice.over': "The open link ended: your shift or the queue's hours are over.",
    'link_notice.booth_gone': "The open link ended: the booth's device does not answer.",
    'link_notice.unknown': 'The open link ended.',
    'refusal.booth_not_free': 'That booth is not free and ready just now.',
    'refusal.link_there': "Another clerk's open link is in that booth.",
  },
};
