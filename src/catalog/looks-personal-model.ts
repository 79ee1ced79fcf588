/**
 * What the name or type of a field suggests, by whole words: `shipMailboxId` has the words ship, mailbox and id, and none of them is "mail".
 * A guess that people confirm or silence, so it may miss what is rare, but must not cry at every technical column.
 */

/** What may follow a telling word without changing what the field holds. */
const NUMBER = "(?: ?(?:number|num|no|nr))?";

/** In words between single spaces; the first rule and the first alternative that fit count, so the narrower ones come first. */
const RULES: readonly (readonly [category: string, words: RegExp])[] = [
  ["user.device.ip_address", words("ip ?addr(?:ess)?|ipv|ip|x forwarded for")],
  ["user.device.device_id", words("mac ?addr(?:ess)?|device ?id|imei|idfa|udid|advertising ?id")],
  ["user.device.cookie_id", words("cookie ?id")],
  ["user.device", words("user ?agent")],
  ["user.contact.email", words("e ?mails?(?: ?addr(?:ess)?)?|mail ?addr(?:ess)?")],
  ["user.authorization.password", words("pass ?word|passwd|pwd|pass ?phrase|pass ?code|passwort")],
  ["user.name.first", words("(?:first|given|fore) ?names?|fname|vorname")],
  ["user.name.last", words("(?:last|family|sur|maiden) ?names?|lname|nachname")],
  ["user.account.username", words("(?:user|login|nick|screen) ?name")],
  [
    "user.name",
    words("(?:full|middle|customer|client|person|patient|employee|member|guest|passenger|recipient|contact|holder|cardholder|beneficiary) ?name"),
  ],
  ["user.contact.fax_number", words(`fax${NUMBER}`)],
  ["user.contact.phone_number", words(`(?:tele|cell|mobile ?)?phones?${NUMBER}|telefon|tel|msisdn|mobile ?(?:number|no|nr)|^mobile$`)],
  ["user.demographic", words("(?:place|city|country) of birth|birth ?(?:place|name|city|country)")],
  ["user.demographic.date_of_birth", words("dob|birth ?(?:date|day|year)|birth|geburts ?(?:datum|tag)")],
  ["user.demographic.gender", words("gender|sex|geschlecht")],
  [
    "user.government_id.national_identification_number",
    words(`ssn|nino|social ?security${NUMBER}|national ?(?:id|identity|identification|insurance)${NUMBER}|(?:tax|citizen|personal) ?id${NUMBER}|steuer ?id`),
  ],
  ["user.government_id.passport_number", words(`passport ?id|passport${NUMBER}`)],
  ["user.government_id.drivers_license_number", words(`driv(?:er|ers|er s|ing) ?licen[cs]e${NUMBER}`)],
  ["user.financial.bank_account", words(`iban|bank ?account${NUMBER}`)],
  ["user.financial.credit_card", words("(?:credit|debit|payment) ?card|card ?(?:number|num|no|nr)|cc ?(?:number|num|no|nr)|cvv|cvc")],
  ["user.contact.address.postal_code", words("zip ?code|zip|post(?:al)? ?code|plz|postleitzahl")],
  ["user.contact.address.street", words("street(?: ?(?:name|number|no|nr|address))?|strasse|straße|house ?(?:number|no|nr)|hausnummer|addr(?:ess)? ?line")],
  ["user.contact.address", words("address(?:es)?|addr|adresse")],
  ["user.location.precise", words("latitude|longitude|lat (?:lng|lon|long)|lat$|lng$|^lon$|^long$|(?:geo|gps) ?(?:lon|long|point|location|position)|gps|coordinates")],
];

function words(alternatives: string): RegExp {
  return new RegExp(`(?<=^| )(?:${alternatives})(?= |$)`);
}

/** A field that begins so says something about the value, or counts it. */
const FLAGS = new Set(["is", "has", "can", "should", "no", "num", "count", "max", "min", "total", "allow", "send", "use", "enable", "require", "requires"]);

/** A field that ends so holds something else: a reference, a flag, a time, a setting. */
const TAILS = new Set(
  `id ids key uuid ref count counts counter total at on by time timestamp flag status type kind code codes template version model os enabled disabled
   verified confirmed valid validated validation verification confirmation required optional allowed in out sent opened clicked bounced delivered
   length size format pattern regex label placeholder provider domain server host port queue topic job batch file path url folder archive table
   column policy rule rules expiry expires reset attempts strength changed updated created rate score preference preferences setting settings
   notification notifications campaign frequency client protocol locale source token subject body brand range subscribed unsubscribed duration`.split(/\s+/),
);

/** Where one of these stands, it is no person's. */
const IMPERSONAL = new Set(["template", "server", "smtp", "host", "gateway", "memory", "contract", "warehouse", "product"]);

/** Types that tell by themselves what they hold. */
const TELLING_TYPES: ReadonlyMap<string, string> = new Map([
  ["inet", "user.device.ip_address"], ["macaddr", "user.device.device_id"],
  ["geography", "user.location.precise"], ["geometry", "user.location.precise"], ["point", "user.location.precise"],
]);

const BIRTH = "user.demographic.date_of_birth";

/** The data category (a fideslang key) that a field's name or type suggests, if any. */
export function suggestCategory(name: string, type: string | null): string | undefined {
  const kind = kindOf(type ?? "");
  if (kind === "FLAG") return undefined;
  const category = categoryOf(wordsOf(name)) ?? TELLING_TYPES.get(baseOf(type ?? "")) ?? categoryOf(wordsOf(type ?? "").filter(isNoTechnicalType));
  return kind === "TIME" && category !== BIRTH ? undefined : category;
}

function categoryOf(all: readonly string[]): string | undefined {
  if (all.some((word) => IMPERSONAL.has(word))) return undefined;
  const text = all.join(" ");
  for (const [category, pattern] of RULES) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const [before, after] = [text.slice(0, found.index).trim(), text.slice(found.index + found[0].length).trim()];
    const flagged = before !== "" && FLAGS.has(all[0]!);
    return flagged || (after !== "" && TAILS.has(all.at(-1)!)) ? undefined : category;
  }
  return undefined;
}

/** `customerIPAddress2` → customer, ip, address, 2 */
const wordsOf = (text: string): string[] =>
  text
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .replace(/(\p{L})(\p{N})|(\p{N})(\p{L})/gu, "$1$3 $2$4")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");

const baseOf = (type: string): string => /^\s*([a-z]+)/i.exec(type)?.[1]?.toLowerCase() ?? "";

// A number of 64 bits is no longitude.
const isNoTechnicalType = (word: string): boolean => word !== "long";

function kindOf(type: string): "FLAG" | "TIME" | "OTHER" {
  if (/^\s*(bool|boolean|bit|tinyint\(1\))(\W|$)/i.test(type)) return "FLAG";
  return /^\s*(date|time|timestamp|datetime|interval)/i.test(type) ? "TIME" : "OTHER";
}
