/** What the example company's people are called, where they live, what they buy and what they ask. All of it is made up. */

const words = (text: string): string[] => text.trim().split(/\s+/);

export const GIVEN_NAMES = words(`
  Ada Agnes Amir Anna Anton Asta Beate Ben Birgit Bruno Carla Carlos Clara Daria David Edith Elif Elias Emil Emma Erik Eva Fatima Felix Finn
  Frida Georg Greta Hanna Hassan Helena Henri Ida Igor Ines Ivan Jana Jonas Julia Karim Katja Klara Lars Lea Leon Lina Lorenz Lucia Magda
  Malik Maria Marta Mats Mila Mira Nadia Nils Nina Noah Nora Olga Oskar Otto Paula Pavel Petra Rafael Rosa Samir Sara Selma Sofia Stella
  Sven Tara Theo Tilda Tomas Vera Viktor Wanda Yara Yusuf Zora`);

export const FAMILY_NAMES = words(`
  Adler Albers Arslan Bach Bauer Becker Berger Bergmann Bianchi Borg Brandt Braun Busch Costa Demir Dietrich Dubois Ebert Engel Fischer
  Fontaine Frank Fuchs Garcia Graf Gross Haas Hahn Hansen Hartmann Heller Herzog Hoffmann Horvat Huber Ivanova Jansen Jung Kaiser Kaya
  Keller Klein Koch Kowalski Kraus Krüger Lang Larsen Lehmann Lindberg Lorenz Maier Marino Martens Mayer Mertens Meyer Moreau Moser Nagel
  Neumann Novak Nowak Olsen Otto Peters Petrov Pohl Popescu Richter Ritter Rossi Roth Sauer Schäfer Schmitt Schneider Scholz Schreiber
  Schulte Seidel Silva Simon Sommer Stein Steiner Torres Ulrich Vogel Vogt Wagner Walter Weber Weiss Werner Winter Wolf Yildiz Ziegler`);

/** City, start of its postal codes, and of the telephone numbers there that are kept free for films: they ring nowhere. */
export const CITIES = [
  ["Berlin", "10", "+493023125"], ["Hamburg", "20", "+494066969"], ["Köln", "50", "+492214710"], ["Frankfurt am Main", "60", "+496990009"],
  ["München", "80", "+498999998"],
] as const;

export const STREETS = words(`
  Ahornweg Amselweg Bachstraße Bahnhofstraße Bergstraße Birkenallee Blumenstraße Brunnengasse Buchenweg Eichenallee Erlenweg Feldstraße
  Finkenweg Gartenstraße Goethestraße Hafenstraße Hauptstraße Heideweg Kastanienallee Kirchgasse Lerchenweg Lindenstraße Marktplatz
  Mühlenweg Parkstraße Ringstraße Rosenweg Schillerstraße Schulstraße Seestraße Sonnenallee Talstraße Uferweg Waldweg`);

/** Article and price in cents. */
export const ARTICLES = [
  ["desk lamp", 4900], ["floor lamp", 12900], ["reading chair", 34900], ["oak stool", 8900], ["wool blanket", 7900], ["curtain", 5900],
  ["bookshelf", 21900], ["coat rack", 6400], ["wall clock", 3900], ["tea set", 5400], ["cast iron pan", 4600], ["bread knife", 2900],
  ["cutting board", 2400], ["storage jar", 1300], ["door mat", 2200], ["plant pot", 1800], ["picture frame", 1600], ["mirror", 9900],
  ["bedside table", 11900], ["pillow", 3200], ["bath towel", 1900], ["candle holder", 1500], ["bench", 18900], ["watering can", 2100],
] as const;

export const CAMPAIGNS = ["spring-light", "summer-sale", "back-to-desk", "winter-warmth", "spare-parts-for-life", "ten-years"] as const;

export const TICKETS = [
  ["Delivery late", "My parcel should have been here on Tuesday."],
  ["Broken in transit", "The parcel arrived dented and the glass is broken."],
  ["Wrong article", "I ordered another colour."],
  ["Spare part", "Can I buy the small screw that holds the shade?"],
  ["Invoice", "Could you put my company's name on the invoice?"],
  ["Return", "I would like to send this back, it is too large for our hall."],
] as const;
