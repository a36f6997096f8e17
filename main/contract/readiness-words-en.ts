/** The English of readiness, for the command. The window has words of its own. */
import type { ReadinessCode, ReadinessLine } from './readiness.ts'

const amount = (value: number | undefined) => (value ?? 0).toLocaleString('en-US')
const of = (line: ReadinessLine) => `${amount(line.count)} of ${amount(line.of)}`
const gigabytes = ({ bytes = 0 }: ReadinessLine) => `${(bytes / 1e9).toFixed(1)} GB`
const full = ({ percent }: ReadinessLine) => (percent === undefined ? '' : ` (${percent} %)`)

const words: Readonly<Record<ReadinessCode, (line: ReadinessLine) => string>> = {
  'entrants-some': (line) => `${amount(line.count)} entrants, ${amount(line.of)} checked in`,
  'entrants-none': () => 'nobody is entered yet',
  'bibs-all': () => 'every entrant has a bib',
  'bibs-missing': (line) => `${of(line)} entrants have a bib`,
  'bibs-alike': (line) =>
    `${amount(line.count)} bibs differ from another one only by zeros before it`,
  'tags-all': () => 'every entrant has a tag',
  'tags-missing': (line) => `${of(line)} entrants have a tag`,
  'groups-all': () => 'every entrant has a start group',
  'groups-missing': (line) => `${of(line)} entrants have a start group`,
  'doubles-none': () => 'nobody here may be entered twice',
  'doubles-open': (line) => `${amount(line.count)} pairs of persons may be one`,
  'target-fresh': ({ target, on }) => `${target}: last success ${on}`,
  'target-old': ({ target, on }) => `${target}: last success ${on}, more than an hour ago`,
  'target-never': ({ target }) => `${target}: was never synced`,
  'target-paused': ({ target }) => `${target}: paused`,
  'target-refused': ({ target }) => `${target}: refused the sign-in`,
  'target-stopped': ({ target }) => `${target}: everything is paused`,
  'target-unfinished': ({ target }) => `${target}: nobody has finished setting it up`,
  'queue-empty': () => 'nothing waits to be sent',
  'queue-pending': (line) => `${amount(line.count)} changes wait to be sent`,
  'queue-held': (line) =>
    `${amount(line.count)} wait until another record was sent, or for a decision about a possible match`,
  'queue-failed': (line) => `${amount(line.count)} were refused`,
  'conflicts-none': () => 'no conflicts',
  'conflicts-open': (line) => `${amount(line.count)} conflicts wait for a decision`,
  'matches-open': (line) =>
    `${amount(line.count)} records of targets may be ones of ours and wait for a decision`,
  'webhook-received': ({ target, on }) => `${target}: last call ${on}`,
  'webhook-never': ({ target }) => `${target}: has not called yet; whether it can is not known`,
  'backup-fresh': ({ on }) => `last backup ${on}`,
  'backup-old': ({ on }) => `last backup ${on}, more than a day ago`,
  'backup-none': () => 'there is no backup',
  'restore-tested': ({ on }) => `a backup was last tried out ${on}`,
  'restore-old': ({ on }) => `a backup was last tried out ${on}, more than a week ago`,
  'restore-failed': ({ on }) =>
    `the newest backup was tried out ${on} and could not be restored; make another one`,
  'restore-never': () => 'no backup was ever tried out',
  'clock-right': () => 'the clock agrees with those of the targets',
  'clock-off': ({ seconds, target }) => `the clock differs from that of ${target} by ${seconds} s`,
  'clock-unknown': () => 'no target has told its time yet',
  'disk-enough': (line) => `${gigabytes(line)} free on the disk`,
  'disk-low': (line) => `only ${gigabytes(line)} free on the disk`,
  'disk-full': (line) => `only ${gigabytes(line)} free on the disk: not enough for a day`,
  'disk-unknown': () => 'how much of the disk is free is not known',
  'battery-plugged': (line) => `on mains${full(line)}`,
  'battery-enough': (line) => `on battery${full(line)}`,
  'battery-low': (line) => `on battery${full(line)}: plug the computer in`,
  'battery-none': () => 'this computer has no battery',
  'battery-unknown': () => 'the battery is not known',
  'device-named': ({ name }) => `this computer is ${name}`,
  'device-unnamed': () => 'this computer has no name: the history cannot tell desks apart',
  'people-seen': ({ names = [], count = 0 }) =>
    `worked here this week: ${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`,
  'people-none': () => 'nobody has changed anything here this week',
  'lock-on': () => 'the event lock is on: no update changes the database',
  'lock-off': () =>
    'the event is near and the event lock is off: an update may change the database',
  'storage-lost': () =>
    'nothing can be saved: the database file was taken away or replaced. Put it back where it was, or quit Marshal and start it again',
}

/** What a line says, without a full stop. */
export function readinessText(line: ReadinessLine): string {
  return words[line.code](line)
}
