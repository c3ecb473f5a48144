-- The practice clinic's tables. Dates are ISO text, times are the clinic's local time without a zone.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE patient (
  reference TEXT PRIMARY KEY,
  nhs_number TEXT NOT NULL UNIQUE,
  date_of_birth TEXT NOT NULL,
  family_name TEXT NOT NULL,
  given_name TEXT NOT NULL,
  sex TEXT NOT NULL,
  date_of_death TEXT,
  sensitive TEXT NOT NULL DEFAULT 'N' CHECK (sensitive IN ('Y', 'N')),
  phone TEXT,
  mobile TEXT,
  email TEXT,
  address TEXT,
  town TEXT,
  postcode TEXT,
  preferred_contact TEXT NOT NULL DEFAULT 'letter'
) STRICT;

CREATE TABLE site (code TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;

CREATE TABLE clinic (
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  site TEXT NOT NULL REFERENCES site (code),
  specialty TEXT NOT NULL
) STRICT;

CREATE TABLE referral (
  reference TEXT PRIMARY KEY,
  pathway TEXT NOT NULL UNIQUE,
  patient TEXT NOT NULL REFERENCES patient (reference),
  specialty TEXT NOT NULL,
  priority TEXT NOT NULL CHECK (priority IN ('1', '2', '3')),
  received_on TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'discharged')),
  discharged_on TEXT,
  discharge_reason TEXT
) STRICT;
CREATE INDEX referral_patient ON referral (patient);

-- A UBRN is not unique here: a booking made twice is one of the faults the reconciliation must find.
CREATE TABLE appointment (
  reference TEXT PRIMARY KEY,
  ubrn TEXT NOT NULL,
  referral TEXT NOT NULL REFERENCES referral (reference),
  clinic TEXT NOT NULL REFERENCES clinic (code),
  starts_at TEXT NOT NULL,
  visit_type TEXT NOT NULL,
  attendance_code TEXT NOT NULL DEFAULT '0',
  cancelled_on TEXT,
  cancel_reason TEXT,
  outcome_code TEXT
) STRICT;
CREATE INDEX appointment_ubrn ON appointment (ubrn);
CREATE INDEX appointment_referral ON appointment (referral);
CREATE INDEX appointment_clinic ON appointment (clinic, starts_at);

CREATE TABLE waiting_list (
  reference TEXT PRIMARY KEY,
  referral TEXT NOT NULL UNIQUE REFERENCES referral (reference),
  added_on TEXT NOT NULL,
  removed_on TEXT
) STRICT;

-- What the clinic's own audit page shows: a row for each field a save changed; a save that changed nothing
-- has one row without a field, so that a second press of the button is counted too.
CREATE TABLE write_log (
  number INTEGER PRIMARY KEY,
  save INTEGER NOT NULL,
  at TEXT NOT NULL,
  account TEXT NOT NULL,
  what TEXT NOT NULL,
  kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  field TEXT NOT NULL,
  before TEXT,
  after TEXT
) STRICT;

-- Patient-initiated follow-up: no visit is booked, and somebody must look at the pathway before its end date.
CREATE TABLE pifu (
  referral TEXT PRIMARY KEY REFERENCES referral (reference),
  team TEXT NOT NULL,
  starts_on TEXT NOT NULL,
  ends_on TEXT NOT NULL,
  reviewed_on TEXT
) STRICT;
CREATE INDEX pifu_ends ON pifu (ends_on);

-- What a team is asked to do. Nothing here refuses the same task twice, as nothing does in a real system.
CREATE TABLE task (
  reference TEXT PRIMARY KEY,
  referral TEXT NOT NULL REFERENCES referral (reference),
  team TEXT NOT NULL,
  due_on TEXT NOT NULL,
  text TEXT NOT NULL,
  done_on TEXT
) STRICT;
CREATE INDEX task_referral ON task (referral);

-- What the cancer services team keeps of a referral. It is closed by its own date, or with its referral.
CREATE TABLE cancer_pathway (
  referral TEXT PRIMARY KEY REFERENCES referral (reference),
  referred_on TEXT NOT NULL,
  received_on TEXT,
  first_seen_on TEXT,
  told_on TEXT,
  decided_on TEXT,
  treated_on TEXT,
  admitted_care TEXT NOT NULL DEFAULT 'N' CHECK (admitted_care IN ('Y', 'N')),
  on_62_days TEXT NOT NULL DEFAULT 'Y' CHECK (on_62_days IN ('Y', 'N')),
  clinically_discharged TEXT NOT NULL DEFAULT 'N' CHECK (clinically_discharged IN ('Y', 'N')),
  closed_on TEXT
) STRICT;

CREATE TABLE cancer_pause (
  reference TEXT PRIMARY KEY,
  referral TEXT NOT NULL REFERENCES cancer_pathway (referral),
  starts_on TEXT NOT NULL,
  returns_on TEXT
) STRICT;
CREATE INDEX cancer_pause_referral ON cancer_pause (referral);
