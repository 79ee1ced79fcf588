import { Dice } from "./dice";
import { ARTICLES, CAMPAIGNS, CITIES, FAMILY_NAMES, GIVEN_NAMES, STREETS, TICKETS } from "./word-lists";

export interface Person {
  readonly customerId: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly bornOn: string;
  readonly joinedAt: Date;
  /** Of a bank that does not exist. */
  readonly iban: string | undefined;
  readonly purchases: readonly Purchase[];
  /** Since when the newsletter goes to this person. */
  readonly subscribedAt: Date | undefined;
  readonly clicks: readonly { readonly campaign: string; readonly at: Date }[];
  readonly tickets: readonly { readonly ticketId: string; readonly subject: string; readonly message: string; readonly at: Date }[];
}

export interface Purchase {
  readonly orderId: string;
  readonly invoiceId: string;
  readonly at: Date;
  readonly article: string;
  readonly quantity: number;
  readonly totalCents: number;
}

/** Makes another, as long as it has made what is taken. */
type Unused = (make: () => string) => string;

const SEED = 1_795_298_400;
const HEADCOUNT = 1_000;
const FOUNDED = "2014-01-07";
const UNTIL = "2026-01-31";
/** Invoices from before this day need not be kept any more. */
const LONG_AGO = new Date("2016-06-01");

/** The company's thousand customers, the same in every process and at every call. No two share a name, an address or a number. */
export function makePeople(): Person[] {
  const dice = new Dice(SEED);
  const taken = new Set<string>();
  const unused: Unused = (make) => {
    for (;;) {
      const made = make();
      if (!taken.has(made)) {
        taken.add(made);
        return made;
      }
    }
  };
  return Array.from({ length: HEADCOUNT }, () => makePerson(dice, unused));
}

/** Somebody with a long history, who left traces in most places but not in all: who never clicked on a campaign. */
export function pickWitness(people: readonly Person[]): Person {
  const witness = people.find(
    ({ purchases, subscribedAt, clicks, tickets }) =>
      purchases.length >= 4 && purchases.some(({ at }) => at < LONG_AGO) && subscribedAt && clicks.length === 0 && tickets.length > 0,
  );
  if (witness === undefined) throw new Error("The seed makes nobody with such a history");
  return witness;
}

function makePerson(dice: Dice, unused: Unused): Person {
  const name = unused(() => `${dice.pick(GIVEN_NAMES)} ${dice.pick(FAMILY_NAMES)}`);
  const [city, postalArea, numbers] = dice.pick(CITIES);
  const joinedAt = dice.instant(FOUNDED, "2025-12-01");
  const phone = unused(() => `${numbers}${dice.whole(100, 999)}`);
  const later = (): Date => dice.instant(joinedAt.toISOString(), UNTIL);
  const several = <Item>(most: number, make: () => Item): Item[] => Array.from({ length: dice.whole(0, most) }, make);
  const subscribedAt = dice.chance(0.6) ? later() : undefined;
  return {
    customerId: unused(() => `cus_${dice.code(10)}`),
    name,
    email: unused(() => `${mailboxOf(name)}${dice.chance(0.4) ? dice.whole(1, 99) : ""}@example.${dice.pick(["com", "net", "org"])}`),
    phone,
    street: `${dice.pick(STREETS)} ${dice.whole(1, 120)}`,
    postalCode: `${postalArea}${dice.whole(100, 999)}`,
    city,
    bornOn: dice.instant("1942-01-01", "2007-01-01").toISOString().slice(0, 10),
    joinedAt,
    iban: dice.chance(0.7) ? `DE${dice.whole(10, 99)}00000000${dice.whole(1_000_000_000, 9_999_999_999)}` : undefined,
    purchases: several(9, () => makePurchase(dice, unused, later())),
    subscribedAt,
    clicks: subscribedAt && dice.chance(0.6) ? several(5, () => makeClick(dice, subscribedAt)) : [],
    tickets: dice.chance(0.4) ? several(3, () => makeTicket(dice, unused, later(), phone)) : [],
  };
}

function makePurchase(dice: Dice, unused: Unused, at: Date): Purchase {
  const [article, price] = dice.pick(ARTICLES);
  const quantity = dice.pick([1, 1, 1, 2, 2, 4]);
  return {
    orderId: unused(() => `ord_${dice.code(10)}`),
    invoiceId: unused(() => `inv_${dice.code(10)}`),
    at,
    article,
    quantity,
    totalCents: price * quantity,
  };
}

function makeClick(dice: Dice, subscribedAt: Date): Person["clicks"][number] {
  return { campaign: dice.pick(CAMPAIGNS), at: dice.instant(subscribedAt.toISOString(), UNTIL) };
}

function makeTicket(dice: Dice, unused: Unused, at: Date, phone: string): Person["tickets"][number] {
  const [subject, text] = dice.pick(TICKETS);
  // People write anything into free text, their telephone number above all.
  const message = dice.chance(0.5) ? `${text} Please call me: ${phone}.` : text;
  return { ticketId: unused(() => `tic_${dice.code(10)}`), subject, message, at };
}

const mailboxOf = (name: string): string =>
  name.toLowerCase().replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue").replaceAll("ß", "ss").replaceAll(" ", ".");
