import { FIDESLANG_CATEGORIES } from "../../src/catalog/descriptors/fideslang-categories";
import { suggestCategory } from "../../src/catalog/looks-personal-model";

test.each<[string, string]>([
  ...["email", "EMAIL", "e_mail", "eMail", "Email", "customerEmail", "customer_email_address", "email2", "contact.email", "billing-email", "emailAddress", "emails", "email_hash"].map(
    (name): [string, string] => [name, "user.contact.email"],
  ),
  ...["phone", "phoneNumber", "phone_no", "mobile", "mobile_number", "mobilePhone", "cellphone", "tel", "msisdn", "homePhone1", "telephone"].map((name): [string, string] => [
    name, "user.contact.phone_number",
  ]),
  ...["first_name", "firstName", "firstname", "given_name", "customerFirstName", "FNAME", "vorname"].map((name): [string, string] => [name, "user.name.first"]),
  ...["last_name", "lastname", "surname", "familyName", "sur_name", "nachname"].map((name): [string, string] => [name, "user.name.last"]),
  ...["full_name", "customerName", "contact_name", "cardholder_name"].map((name): [string, string] => [name, "user.name"]),
  ...["dob", "date_of_birth", "dateOfBirth", "birthdate", "birth_date", "birthday", "customer_birth_year", "geburtsdatum"].map((name): [string, string] => [
    name, "user.demographic.date_of_birth",
  ]),
  ...["ssn", "social_security_number", "nationalId", "national_id", "national_insurance_no", "tax_id", "customerSSN", "personal_id"].map((name): [string, string] => [
    name, "user.government_id.national_identification_number",
  ]),
  ...["iban", "customerIBAN", "bank_account", "bankAccountNumber"].map((name): [string, string] => [name, "user.financial.bank_account"]),
  ...["card_number", "cardNumber", "credit_card", "creditCardNumber", "cc_number", "cvv"].map((name): [string, string] => [name, "user.financial.credit_card"]),
  ...["ip", "ip_address", "ipAddress", "clientIP", "customerIPAddress", "remote_ip", "ipv4"].map((name): [string, string] => [name, "user.device.ip_address"]),
  ...["address", "billing_address", "shippingAddress", "addr", "delivery_address_2"].map((name): [string, string] => [name, "user.contact.address"]),
  ...["street", "street_name", "address_line_1", "addressLine1", "house_number", "strasse"].map((name): [string, string] => [name, "user.contact.address.street"]),
  ...["zip", "zip_code", "zipcode", "zipCode", "postcode", "postal_code", "plz"].map((name): [string, string] => [name, "user.contact.address.postal_code"]),
  ...["lat", "lng", "long", "latitude", "home_longitude", "geo_lat", "geoLong", "pickupLat"].map((name): [string, string] => [name, "user.location.precise"]),
  ...["gender", "sex", "customerGender"].map((name): [string, string] => [name, "user.demographic.gender"]),
  ...["password", "user_password", "passwd", "passwordHash", "pwd"].map((name): [string, string] => [name, "user.authorization.password"]),
  ["passport_number", "user.government_id.passport_number"],
  ["passport_id", "user.government_id.passport_number"],
  ["driversLicenseNo", "user.government_id.drivers_license_number"],
  ["username", "user.account.username"],
  ["mac_address", "user.device.device_id"],
  ["device_id", "user.device.device_id"],
  ["place_of_birth", "user.demographic"],
  ["fax", "user.contact.fax_number"],
])("%s suggests %s", (name, category) => {
  expect(suggestCategory(name, "text")).toBe(category);
  expect(FIDESLANG_CATEGORIES).toContain(category);
});

test.each([
  "ship_mailbox_id", "mailbox", "emailed", "email_id", "email_template", "email_count", "email_sent_at", "emailVerified", "is_email", "has_phone", "num_emails",
  "smtp_email_server", "phone_type", "phone_model", "phoneCountryCode", "address_id", "addressed_at", "memory_address", "warehouse_address", "ip_protocol",
  "server_ip", "zip_file", "gzip", "zipped", "recipe", "ship_date", "shipping_method", "description", "long_description", "longest", "latest", "platform", "flat",
  "name", "product_name", "file_name", "hostname", "sexton", "middlesex", "password_reset_token", "passport_type", "card_type", "card_id", "discard_number", "cardinality",
  "telemetry", "hotel", "streetwise", "border", "total", "gender_id", "scip", "iban_validated", "mobile_app_version", "created_at", "id", "order_id", "", "_", "$1", "数量",
])("%s suggests nothing", (name) => {
  expect(suggestCategory(name, "text")).toBeUndefined();
});

test.each<[string, string | null, string | undefined]>([
  ["source", "inet", "user.device.ip_address"],
  ["value", "INET", "user.device.ip_address"],
  ["contact", "email_address", "user.contact.email"],
  ["place", "geography(Point,4326)", "user.location.precise"],
  ["home", "struct<street:string,zip:string>", "user.contact.address.postal_code"],
  ["email", "boolean", undefined],
  ["email", "tinyint(1)", undefined],
  ["email", "bool", undefined],
  ["email", "timestamptz", undefined],
  ["email", null, "user.contact.email"],
  ["birth", "date", "user.demographic.date_of_birth"],
  ["amount", "long", undefined],
  ["amount", "double precision", undefined],
  ["server_address", "inet", "user.device.ip_address"],
])("%s of type %s suggests %s", (name, type, category) => {
  expect(suggestCategory(name, type)).toBe(category);
});
