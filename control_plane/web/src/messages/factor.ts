// The words of the second factor: where it is set, asked for and taken away, in every language.

const fi = {
  'factor.title': 'Kaksivaiheinen tunnistautuminen',
  'factor.demanded':
    'Tehtäväsi vaatii kaksivaiheisen tunnistautumisen. Ota se käyttöön ennen kuin jatkat.',
  'factor.offered': 'Suojaa tunnuksesi kaksivaiheisella tunnistautumisella.',
  'factor.what':
    'Kirjautuessasi annat salasanan lisäksi koodin, jonka puhelimesi sovellus näyttää. Tarvitset tunnistautumissovelluksen, esimerkiksi Microsoft Authenticatorin, Google Authenticatorin tai FreeOTP:n.',
  'factor.begin': 'Ota käyttöön',
  'factor.not_now': 'Ei nyt',
  'factor.step_app': 'Avaa tunnistautumissovellus puhelimessasi.',
  'factor.step_scan': 'Lisää sovellukseen tili lukemalla tämä kuvio.',
  'factor.step_code': 'Kirjoita koodi, jonka sovellus näyttää.',
  'factor.picture': 'QR-koodi tunnistautumissovellukselle',
  'factor.by_hand': 'Jos et voi lukea kuviota, kirjoita sovellukseen avain:',
  'factor.code': 'Sovelluksen koodi (6 numeroa)',
  'factor.confirm': 'Vahvista',
  'factor.done': 'Kaksivaiheinen tunnistautuminen on nyt käytössä.',
  'factor.recovery': 'Varakoodit',
  'factor.recovery_about':
    'Varakoodilla pääset sisään, jos puhelin katoaa. Jokainen toimii kerran. Koodit näytetään vain nyt: tallenna tai kirjoita ne muistiin.',
  'factor.kept': 'Olen ottanut koodit talteen',
  'factor.there': 'Kaksivaiheinen tunnistautuminen on jo käytössä.',
  'factor.enter': 'Jatka',
  'sign_in.code': 'Koodi sovelluksesta tai varakoodi',
  'sign_in.code_about': 'Kuusi numeroa tunnistautumissovelluksesta, tai jokin varakoodeistasi.',
  'sign_in.code_needed': 'Salasana on oikein. Anna vielä koodi.',
  'sign_in.code_missing': 'Kirjoita koodi.',
  'sign_in.other_account': 'Kirjaudu toisella tunnuksella',
  'people.factor_reset': 'Poista kaksivaiheinen tunnistautuminen',
  'people.factor_was_reset': 'Kaksivaiheinen tunnistautuminen on poistettu: {name}',
  'people.factor_needed': 'Ota kaksivaiheinen tunnistautuminen käyttöön',
  'people.has_factor': 'kaksivaiheinen tunnistautuminen',
  'refusal.wrong_code': 'Koodi on väärä. Tarkista se sovelluksesta.',
  'refusal.code_late':
    'Koodi vanheni. Anna uusi koodi. Tarkista myös, että puhelimesi kello on oikeassa.',
  'refusal.code_used': 'Koodi on jo käytetty. Odota, että sovellus näyttää seuraavan.',
  'refusal.second_factor_needed':
    'Tehtäväsi vaatii kaksivaiheisen tunnistautumisen. Kirjaudu uudelleen ja ota se käyttöön.',
  'refusal.second_factor_there': 'Kaksivaiheinen tunnistautuminen on jo käytössä.',
  'refusal.second_factor_not_begun': 'Aloita alusta: lataa sivu uudelleen.',
};

const sv: typeof fi = {
  'factor.title': 'Tvåstegsinloggning',
  'factor.demanded': 'Din uppgift kräver tvåstegsinloggning. Ta den i bruk innan du fortsätter.',
  'factor.offered': 'Skydda ditt konto med tvåstegsinloggning.',
  'factor.what':
    'När du loggar in ger du förutom lösenordet en kod som en app i din telefon visar. Du behöver en autentiseringsapp, till exempel Microsoft Authenticator, Google Authenticator eller FreeOTP.',
  'factor.begin': 'Ta i bruk',
  'factor.not_now': 'Inte nu',
  'factor.step_app': 'Öppna autentiseringsappen i din telefon.',
  'factor.step_scan': 'Lägg till ett konto i appen genom att läsa den här koden.',
  'factor.step_code': 'Skriv koden som appen visar.',
  'factor.picture': 'QR-kod för autentiseringsappen',
  'factor.by_hand': 'Om du inte kan läsa koden, skriv nyckeln i appen:',
  'factor.code': 'Appens kod (6 siffror)',
  'factor.confirm': 'Bekräfta',
  'factor.done': 'Tvåstegsinloggningen är nu i bruk.',
  'factor.recovery': 'Reservkoder',
  'factor.recovery_about':
    'Med en reservkod kommer du in om telefonen försvinner. Var och en fungerar en gång. Koderna visas bara nu: spara eller skriv ner dem.',
  'factor.kept': 'Jag har tagit vara på koderna',
  'factor.there': 'Tvåstegsinloggningen är redan i bruk.',
  'factor.enter': 'Fortsätt',
  'sign_in.code': 'Kod från appen eller en reservkod',
  'sign_in.code_about': 'Sex siffror från autentiseringsappen, eller en av dina reservkoder.',
  'sign_in.code_needed': 'Lösenordet är rätt. Ge ännu koden.',
  'sign_in.code_missing': 'Skriv koden.',
  'sign_in.other_account': 'Logga in med ett annat konto',
  'people.factor_reset': 'Ta bort tvåstegsinloggningen',
  'people.factor_was_reset': 'Tvåstegsinloggningen har tagits bort: {name}',
  'people.factor_needed': 'Ta tvåstegsinloggningen i bruk',
  'people.has_factor': 'tvåstegsinloggning',
  'refusal.wrong_code': 'Koden är fel. Kontrollera den i appen.',
  'refusal.code_late':
    'Koden har gått ut. Ge en ny kod. Kontrollera också att telefonens klocka går rätt.',
  'refusal.code_used': 'Koden är redan använd. Vänta tills appen visar nästa.',
  'refusal.second_factor_needed':
    'Din uppgift kräver tvåstegsinloggning. Logga in på nytt och ta den i bruk.',
  'refusal.second_factor_there': 'Tvåstegsinloggningen är redan i bruk.',
  'refusal.second_factor_not_begun': 'Börja om: ladda sidan på nytt.',
};

const en: typeof fi = {
  'factor.title': 'Two-step sign-in',
  'factor.demanded': 'Your role demands two-step sign-in. Set it up before you go on.',
  'factor.offered': 'Protect your account with two-step sign-in.',
  'factor.what':
    'When you sign in, you give a code from an app on your phone besides the password. You need an authenticator app, such as Microsoft Authenticator, Google Authenticator or FreeOTP.',
  'factor.begin': 'Set it up',
  'factor.not_now': 'Not now',
  'factor.step_app': 'Open the authenticator app on your phone.',
  'factor.step_scan': 'Add an account to the app by scanning this picture.',
  'factor.step_code': 'Enter the code that the app shows.',
  'factor.picture': 'QR code for the authenticator app',
  'factor.by_hand': 'If you cannot scan it, enter this key in the app:',
  'factor.code': 'Code of the app (6 digits)',
  'factor.confirm': 'Confirm',
  'factor.done': 'Two-step sign-in is in force now.',
  'factor.recovery': 'Recovery codes',
  'factor.recovery_about':
    'With a recovery code you get in when the phone is lost. Each works once. They are shown only now: save them or write them down.',
  'factor.kept': 'I have kept the codes',
  'factor.there': 'Two-step sign-in is in force already.',
  'factor.enter': 'Go on',
  'sign_in.code': 'Code from the app, or a recovery code',
  'sign_in.code_about': 'Six digits from the authenticator app, or one of your recovery codes.',
  'sign_in.code_needed': 'The password is right. Now enter the code.',
  'sign_in.code_missing': 'Enter the code.',
  'sign_in.other_account': 'Sign in with another account',
  'people.factor_reset': 'Remove two-step sign-in',
  'people.factor_was_reset': 'Two-step sign-in was removed: {name}',
  'people.factor_needed': 'Set up two-step sign-in',
  'people.has_factor': 'two-step sign-in',
  'refusal.wrong_code': 'The code is wrong. Check it in the app.',
  'refusal.code_late':
    'The code has lapsed. Enter a new one, and check that your phone’s clock is right.',
  'refusal.code_used': 'The code was used already. Wait until the app shows the next one.',
  'refusal.second_factor_needed':
    'Your role demands two-step sign-in. Sign in again and set it up.',
  'refusal.second_factor_there': 'Two-step sign-in is in force already.',
  'refusal.second_factor_not_begun': 'Begin again: reload the page.',
};

export const factor = { fi, sv, en };
