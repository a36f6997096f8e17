/**
 * Master data. `rowNo` is the stable row number that search and paging use (a bare rowid may change in a VACUUM).
 * Times are stamps: integer microseconds since 1970 UTC. Tombstones stay, so uniqueness counts live rows only.
 */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  // The newest stamp given out; every write takes the next ones from here, inside its transaction.
  `CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL) STRICT`,
  `INSERT INTO clock (id, last) VALUES (1, 0)`,
  `CREATE TABLE organisation (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT,
    email TEXT,
    phone TEXT,
    country TEXT,
    parent TEXT REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED,
    createdOn INTEGER NOT NULL,
    createdBy TEXT NOT NULL,
    modifiedOn INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    deletedOn INTEGER
  ) STRICT`,
  `CREATE INDEX organisation_by_name ON organisation (name)`,
  `CREATE TABLE person (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    firstName TEXT,
    lastName TEXT NOT NULL,
    gender TEXT,
    dateOfBirth TEXT,
    email TEXT,
    phone TEXT,
    identityNumber TEXT,
    identityType TEXT,
    identityCountry TEXT,
    nationality TEXT,
    street TEXT,
    city TEXT,
    state TEXT,
    postalCode TEXT,
    country TEXT,
    organisation TEXT REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED,
    emergencyContactName TEXT,
    emergencyContactNumber TEXT,
    medicalConditions TEXT,
    language TEXT,
    createdOn INTEGER NOT NULL,
    createdBy TEXT NOT NULL,
    modifiedOn INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    deletedOn INTEGER
  ) STRICT`,
  `CREATE INDEX person_by_email ON person (email)`,
  `CREATE INDEX person_by_lastName ON person (lastName, firstName)`,
  `CREATE INDEX person_by_organisation ON person (organisation)`,
  `CREATE TABLE event (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    venue TEXT,
    city TEXT,
    country TEXT,
    timezone TEXT,
    startDateTime TEXT,
    endDateTime TEXT,
    organiser TEXT REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED,
    url TEXT,
    createdOn INTEGER NOT NULL,
    createdBy TEXT NOT NULL,
    modifiedOn INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    deletedOn INTEGER
  ) STRICT`,
  `CREATE UNIQUE INDEX event_one_name ON event (name)
    WHERE deletedOn IS NULL`,
  `CREATE TABLE race (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL REFERENCES event (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    startTime TEXT,
    distanceMeters REAL,
    maxEntries INTEGER,
    status TEXT,
    createdOn INTEGER NOT NULL,
    createdBy TEXT NOT NULL,
    modifiedOn INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    deletedOn INTEGER
  ) STRICT`,
  `CREATE UNIQUE INDEX race_one_name ON race (event, name)
    WHERE deletedOn IS NULL`,
  `CREATE TABLE start_group (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    race TEXT NOT NULL REFERENCES race (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    startTime TEXT,
    seq INTEGER,
    capacity INTEGER,
    createdOn INTEGER NOT NULL,
    createdBy TEXT NOT NULL,
    modifiedOn INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    deletedOn INTEGER
  ) STRICT`,
  `CREATE UNIQUE INDEX start_group_one_name ON start_group (race, name)
    WHERE deletedOn IS NULL`,
  `CREATE TABLE tag (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    number TEXT NOT NULL,
    barcode TEXT,
    uuid TEXT,
    type TEXT,
    status TEXT,
    createdOn INTEGER NOT NULL,
    createdBy TEXT NOT NULL,
    modifiedOn INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    deletedOn INTEGER
  ) STRICT`,
  `CREATE UNIQUE INDEX tag_one_number ON tag (number)
    WHERE deletedOn IS NULL`,
  `CREATE INDEX tag_by_barcode ON tag (barcode)`,
  `CREATE INDEX tag_by_uuid ON tag (uuid)`,
  `CREATE TABLE event_participant (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL REFERENCES event (id) DEFERRABLE INITIALLY DEFERRED,
    person TEXT NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
    number TEXT,
    tag TEXT REFERENCES tag (id) DEFERRABLE INITIALLY DEFERRED,
    category TEXT,
    team TEXT,
    age INTEGER,
    status TEXT,
    paid INTEGER,
    checkedInOn TEXT,
    checkedInBy TEXT,
    notes TEXT,
    giveaway TEXT,
    createdOn INTEGER NOT NULL,
    createdBy TEXT NOT NULL,
    modifiedOn INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    deletedOn INTEGER
  ) STRICT`,
  `CREATE UNIQUE INDEX event_participant_one_number ON event_participant (event, number)
    WHERE deletedOn IS NULL`,
  `CREATE UNIQUE INDEX event_participant_one_tag ON event_participant (event, tag)
    WHERE deletedOn IS NULL AND status <> 'withdrawn'`,
  // How many of an event are checked in is counted from this index alone.
  `CREATE INDEX event_participant_by_status ON event_participant (event, status)
    WHERE deletedOn IS NULL`,
  `CREATE INDEX event_participant_by_person ON event_participant (person)`,
  `CREATE INDEX event_participant_by_tag ON event_participant (tag)`,
  `CREATE INDEX event_participant_by_number ON event_participant (number)`,
  `CREATE TABLE start_group_participant (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    startGroup TEXT NOT NULL REFERENCES start_group (id) DEFERRABLE INITIALLY DEFERRED,
    eventParticipant TEXT NOT NULL REFERENCES event_participant (id) DEFERRABLE INITIALLY DEFERRED,
    seq INTEGER,
    createdOn INTEGER NOT NULL,
    createdBy TEXT NOT NULL,
    modifiedOn INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    deletedOn INTEGER
  ) STRICT`,
  `CREATE UNIQUE INDEX start_group_participant_one_eventParticipant ON start_group_participant (startGroup, eventParticipant)
    WHERE deletedOn IS NULL`,
  `CREATE INDEX start_group_participant_by_eventParticipant ON start_group_participant (eventParticipant)`,
  `CREATE TABLE contact_preference (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
    channel TEXT NOT NULL,
    topic TEXT,
    status TEXT NOT NULL,
    source TEXT,
    changedOn TEXT,
    createdOn INTEGER NOT NULL,
    createdBy TEXT NOT NULL,
    modifiedOn INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    deletedOn INTEGER
  ) STRICT`,
  `CREATE INDEX contact_preference_by_person ON contact_preference (person)`,
  `CREATE TABLE conversation (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
    target TEXT,
    subject TEXT,
    status TEXT,
    lastActivityOn TEXT,
    createdOn INTEGER NOT NULL,
    createdBy TEXT NOT NULL,
    modifiedOn INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    deletedOn INTEGER
  ) STRICT`,
  `CREATE INDEX conversation_by_person ON conversation (person)`,
  `CREATE TABLE message (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversation (id) DEFERRABLE INITIALLY DEFERRED,
    direction TEXT,
    body TEXT,
    author TEXT,
    sentOn TEXT,
    createdOn INTEGER NOT NULL,
    createdBy TEXT NOT NULL,
    modifiedOn INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    deletedOn INTEGER
  ) STRICT`,
  `CREATE INDEX message_by_conversation ON message (conversation)`,
  // One line per change; its stamp is the changed record's, so it is unique.
  // changes: create → the fields as created; update → field → [before, after]; delete → null.
  `CREATE TABLE audit (
    stamp INTEGER PRIMARY KEY,
    entity TEXT NOT NULL,
    recordId TEXT NOT NULL,
    action TEXT NOT NULL,
    who TEXT NOT NULL,
    origin TEXT NOT NULL,
    source TEXT,
    changes TEXT
  ) STRICT`,
  `CREATE INDEX audit_by_record ON audit (recordId, stamp)`,
  // Words of a person and their entries, see store/search/person-search.ts. rowid = person.rowNo. The prefix index makes one to
  // three letters as quick as a whole word: without its 1, "john s" takes 26 ms at 1,000,000 persons instead of 0.2.
  `CREATE VIRTUAL TABLE person_search USING fts5 (
    words, content='', contentless_delete=1, detail=none, prefix='1 2 3', tokenize='unicode61 remove_diacritics 2'
  )`,
  `CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
]

export const masterData: Migration = {
  name: '0010-master-data',
  up: statementsOf(statements),
}
