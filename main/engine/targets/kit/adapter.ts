/**
 * What an adapter is: a declaration plus `connect`. No base class, no shared state, no access to the store.
 * `npm run new:target NAME` begins one; CONTRIBUTING.md says how to go on.
 */
import type { z } from 'zod'
import type { DefinitionChanges, HubDefinitions, LostValue } from '../../../contract/hub.ts'
import type { CheckStep, SampledPlaces } from '../../../contract/targets.ts'
import type {
  AdapterKind,
  ConflictRule,
  Direction,
  EntityName,
  Mode,
} from '../../../contract/words.ts'
import type { Fields } from '../../model/record.ts'
import type { Clock, HttpPool, Ids, Log } from '../../ports.ts'
import type { EntityBinding } from './bindings.ts'
import type { Box } from './box.ts'
import type { RemoteBody } from './resource.ts'
import type { SyncError } from './sync-error.ts'
import type { Authorization } from './token-grant.ts'
import type { WalkBounds } from './walk-limit.ts'

export type { SampledPlaces } from '../../../contract/targets.ts'
export type { EntityBinding } from './bindings.ts'
export type { FromRemote, PartsContent, Refs, RemoteBody, Resource } from './resource.ts'

/** One change to be sent. Frozen in the database before the first byte travels. */
export interface OutgoingChange {
  readonly action: 'create' | 'update' | 'delete'
  /** Same value on every attempt of the same change. */
  readonly key: string
  readonly recordId: string
  /** Null for `create`. */
  readonly remoteId: string | null
  /** Body from `toRemote` and the user's mapping; empty for `delete`. */
  readonly body: RemoteBody
  /**
   * For an update of which is known what the target has: only what differs from that, as a JSON merge patch (RFC 7396).
   * A target that takes it keeps what Marshal never knew. Null otherwise: then the body counts.
   */
  readonly patch: RemoteBody | null
  /**
   * For an update of a part that was made with a root (`Part.as`): the remote ids of the roots it still belongs to.
   * Nothing else may be changed for its sake. Left out where that does not apply.
   */
  readonly roots?: readonly string[]
  /** Version token the remote gave last, where it has such a thing. */
  readonly remoteVersion: string | null
  /**
   * When the change was made, for a target that keeps what is newest by the time it is told: microseconds on the remote
   * clock, in whole milliseconds. Later than whatever is known to be there of the record, or may have arrived unheard.
   */
  readonly remoteModifiedOn: number
  /** Who made the change here. */
  readonly modifiedBy: string
}

/** A part that came into being together with its root. */
export interface MadePart {
  readonly remoteId: string
  readonly remoteVersion: string | null
}

/** How far a change came that needs several calls, one of which failed. */
export interface Reached {
  readonly remoteId: string
  readonly remoteVersion?: string | null
  /** As of a change that is done. */
  readonly remoteModifiedOn?: number | null
  /** Fields of ours that did not arrive: what is there of them is what was agreed before. */
  readonly without: readonly string[]
}

/** What became of one change. */
export type SendOutcome =
  | {
      readonly status: 'done'
      readonly remoteId: string
      readonly remoteVersion?: string | null
      /** Remote modified time, microseconds since 1970 UTC, where told. */
      readonly remoteModifiedOn?: number | null
      /** Fields of ours the target is known to have otherwise than they were sent: it ignored or changed them. */
      readonly kept?: Fields
      /** Parts that came into being with this one (`Part.as`), by name. */
      readonly made?: Readonly<Record<string, MadePart>>
      /** Values of ours that do not stand there; a person is told. What stands there comes like any other change. */
      readonly lost?: readonly LostValue[]
    }
  | {
      readonly status: 'failed'
      readonly error: SyncError
      /** Its record is there, and all of it but some fields (`Slice`). Left out: nothing arrived that is known of. */
      readonly reached?: Reached
      /**
       * The id of a record there that is the same one, made while both sides were apart: it comes by itself, and the one
       * here is merged into it (`AdapterManifest.hub`).
       */
      readonly sameAs?: string
    }

/** One record as found remotely. */
export interface RemoteRecord {
  readonly entity: EntityName
  readonly remoteId: string
  /**
   * Version token or hash: another one means news. It comes back with the next change (`OutgoingChange.remoteVersion`),
   * so it may also carry what the remote needs to find the record.
   */
  readonly version: string
  /** Microseconds since 1970 UTC on the remote clock, null where not told. */
  readonly modifiedOn: number | null
  readonly deleted: boolean
  /** For a deleted one: the remote id under which it lives on, as after a transfer or a merge. */
  readonly movedTo?: string | null
  readonly body: RemoteBody
}

/** A record of a page that could not be read; reported, never a reason to drop the page. */
export interface UnreadableRecord {
  readonly remoteId: string | null
  readonly error: SyncError
}

/** One page of remote changes. */
export interface RemotePage {
  readonly records: readonly RemoteRecord[]
  readonly unreadable: readonly UnreadableRecord[]
  /** Remote ids of records that are there and not received, as a condition leaves them out: they are not gone. */
  readonly passedOver?: readonly string[]
  /** Opaque position after this page, saved with the page's effects. Derived from remote data, never from our clock. */
  readonly cursor: string | null
  readonly more: boolean
  /** On the last page of a listing: it ended too early, so what was on none of its pages may be there all the same. */
  readonly torn?: boolean
  /** True only if this and all pages before it were a full listing, so that absence means deletion. */
  readonly complete: boolean
}

/** A request a remote system sent to us. */
export interface WebhookRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Decoded query of the address, without the target's name. */
  readonly query: Readonly<Record<string, string>>
  /** Exactly the bytes that came: signatures are over these. */
  readonly body: Uint8Array
}

/** What a webhook said, once its signature and age were found to be right. */
export interface WebhookReceipt {
  /** The sender's id of this delivery, null where it has none; one that was seen before is answered and forgotten. */
  readonly deliveryId: string | null
  /** Records it brought in full. */
  readonly records: readonly RemoteRecord[]
  /** Records it only names: the run asks for them with `fetch`. */
  readonly fetch: readonly { readonly entity: EntityName; readonly remoteId: string }[]
}

export interface Connection {
  /** Ticks address, TLS, sign-in, permission and clock, as far as each can be told. Never throws for a refused step. */
  check(signal: AbortSignal): Promise<readonly CheckStep[]>
  /** The lightest request that proves the target answers. Throws `SyncError`. */
  probe(signal: AbortSignal): Promise<void>
  /**
   * Sends changes of one entity and action-mixed order; answers one outcome per change, in order, also when half of
   * them fail. Throws `SyncError` only if the batch as a whole was refused or never arrived.
   */
  send(
    entity: EntityName,
    changes: readonly OutgoingChange[],
    signal: AbortSignal,
  ): Promise<readonly SendOutcome[]>
  /** The next page of remote changes after `cursor` (null: from the beginning). */
  changes?(entity: EntityName, cursor: string | null, signal: AbortSignal): Promise<RemotePage>
  /**
   * Reads a webhook; asks the remote nothing. Throws `SyncError` `auth` for a wrong or missing signature and for one
   * that is too old, `bad-response` for a body it cannot read.
   */
  receive?(request: WebhookRequest): Promise<WebhookReceipt>
  /**
   * One record in full, null when it does not exist; `silent` where it says nothing of this kind, as a member who has not
   * answered yet says nothing of her consent: then nothing changes here.
   */
  fetch?(
    entity: EntityName,
    remoteId: string,
    signal: AbortSignal,
  ): Promise<RemoteRecord | 'silent' | null>
  /**
   * Remote records that may be the one a lost answer created: those that share its natural key, or where it has none,
   * its content. Their bodies have every field of `change.body` in the same shape, so that the two can be compared, and can be
   * read by `fromRemote`. `undecidable` when the remote cannot be asked.
   */
  find?(
    entity: EntityName,
    change: OutgoingChange,
    signal: AbortSignal,
  ): Promise<readonly RemoteRecord[] | 'undecidable'>
  /** One page as it came, and its first records as `changes` would bring them. Throws `SyncError`. */
  sample?(entity: EntityName, signal: AbortSignal): Promise<Sample>
  /**
   * The name of the history the target has. With another one than at the last run it was restored, or another took its
   * place: nothing that was agreed is certain, and all there is here is sent again.
   */
  history?(signal: AbortSignal): Promise<string>
  /**
   * Where the target is: at once without a place, else once that is another one or after a while. News start a run. Throws
   * `SyncError`.
   */
  watch?(place: string | null, signal: AbortSignal): Promise<string>
  /** Where what its events define stands; null where that is not told. */
  definedOn?(signal: AbortSignal): Promise<string | null>
  /** Takes changes of what events define – own fields, rules before a check-in – and answers all of it. */
  define?(changes: DefinitionChanges, signal: AbortSignal): Promise<HubDefinitions>
  close(): Promise<void>
}

/** A look at a system before anybody has said where its records are. */
export interface Sample extends SampledPlaces {
  readonly page: Pick<RemotePage, 'records' | 'unreadable' | 'passedOver'>
}

/** A request that a rehearsal shows in place of sending it; without what signs it in. */
export interface RehearsedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Null for none. */
  readonly body: string | null
}

export interface ConnectContext {
  /** As it was typed; empty where the adapter works it out. */
  readonly url: string
  readonly auth: string
  /** Parsed by the manifest's settings schema. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Whether a field may be asked for: a sensitive one only where it is ticked. Left out: each may. */
  travels?(entity: EntityName, field: string): boolean
  secret(key: string): Promise<string | null>
  /** Keeps a secret the target gave; left out while the target is only tried and not saved. */
  storeSecret?(key: string, value: string): Promise<void>
  readonly http: HttpPool
  /** For expressions of a person and documents nobody trusts; left out where an adapter works on neither. */
  readonly box?: Box
  /** In a rehearsal: takes each request that would change something there. It is refused, and never leaves. */
  readonly rehearsed?: (request: RehearsedRequest) => void
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** The remote clock's offset as it was measured last (ms, remote minus ours); left out or null while it was not. */
  readonly clockOffsetMs?: number | null
  /** Told the remote clock's offset (ms, remote minus ours) each time a `Date` header is seen. */
  onClockOffset(offsetMs: number): void
}

export interface SecretDefinition {
  readonly key: string
  readonly label: string
  readonly required: boolean
}

export interface AdapterManifest {
  readonly name: string
  readonly label: string
  /** One sentence for the gallery. */
  readonly description: string
  readonly kind: AdapterKind
  readonly direction: Direction
  /** Sign-in kinds it understands, the usual one first. */
  readonly auth: readonly string[]
  /** Draws the form, checks the CLI file, documents itself. */
  readonly settings: z.ZodObject
  /** Names of the settings that choose whose records these are: with another value they are others. */
  readonly choosesRecords?: readonly string[]
  /** Names of the settings that are chosen from a list and hold several of it, separated by commas. */
  readonly several?: readonly string[]
  readonly secrets: readonly SecretDefinition[]
  /** Where a person signs in with a browser (sign-in `oauth2`). Throws `SyncError` `config` for settings that are missing. */
  readonly authorization?: (settings: Readonly<Record<string, unknown>>) => Authorization
  /** Where everybody's is: filled in when it is set up. Left out: each has its own. */
  readonly usualAddress?: string
  /**
   * Where it is when no address is typed, worked out from settings and secrets, as where a key names its data centre.
   * Throws `SyncError` `auth` for a missing secret, `config` for one that tells nothing. Left out: it has to be typed.
   */
  readonly address?: (given: Pick<ConnectContext, 'settings' | 'secret'>) => Promise<string>
  /** Where people see a record there in a browser, null for none. Left out: nowhere. */
  readonly recordPage?: (
    given: Pick<ConnectContext, 'url' | 'settings'>,
    record: Pick<RemoteRecord, 'entity' | 'remoteId'>,
  ) => string | null
  /** What its resources are to the engine; see `bindingsOf`. */
  readonly bindings: readonly EntityBinding[]
  readonly limits: {
    /** Requests in flight at most; the client of a connection starts no more. */
    readonly concurrency: number
    /** Changes handed to `send` at once, unless a person sets another number (setting `batchSize`). */
    readonly batchSize: number
    /** Requests started a second at most; the client waits. Left out: no limit. */
    readonly perSecond?: number
    /** Where a listing that is longer than this is not believed; left out: that of the largest sites. */
    readonly listing?: Partial<WalkBounds>
  }
  /**
   * What makes a repeated create harmless: `key` the server remembers the idempotency key · `lookup` we look before
   * we send again · `none` a person decides.
   */
  readonly idempotency: 'key' | 'lookup' | 'none'
  /** True where its connections have `receive`. */
  readonly webhook?: boolean
  /** True where its connections have `sample`. */
  readonly samples?: boolean
  /**
   * The target is Marshal's own hub: it decides about what was changed on both sides and who holds what only one may have,
   * its versions are stamps, and what comes from it was made by colleagues. Set up by joining, not by a form.
   */
  readonly hub?: boolean
  /** SHA-256 of the one certificate its server may show, 64 hexadecimal digits. Left out: certificates are checked as usual. */
  readonly pin?: (settings: Readonly<Record<string, unknown>>) => string
  /** True if `send` with several changes is one request that can be refused as a whole (then it is bisected). */
  readonly batches: boolean
  readonly defaults: {
    readonly mode: Mode
    readonly conflicts: ConflictRule
    /** Where every minute is too often: cron pattern of the `delta` run. */
    readonly delta?: string
  }
}

/** Something the system has that a setting names: an audience, a race. */
export interface Choice {
  /** What the setting becomes. */
  readonly value: string
  /** What people call it there. */
  readonly label: string
  /** What tells it from another one of that name. */
  readonly detail?: string
}

/** What a list the system answers is asked with. */
export interface ChoiceQuestion {
  /** Name of the setting. */
  readonly setting: string
  /** What was typed so far; a system with many answers those that fit. */
  readonly search: string
}

/** Lists the system answers, so that nobody has to look up and type an id. */
export interface Choices {
  /** Names of the settings that are chosen from a list. */
  readonly settings: readonly string[]
  /** The list of one of them; the other settings may still be missing. Throws `SyncError`. */
  list(
    context: ConnectContext,
    asked: ChoiceQuestion,
    signal: AbortSignal,
  ): Promise<readonly Choice[]>
}

export interface Adapter {
  readonly manifest: AdapterManifest
  readonly choices?: Choices
  /** The adapter as these settings make it; left out where its resources are always the same. */
  withSettings?(settings: Readonly<Record<string, unknown>>): Adapter
  /** Makes a connection; sends nothing yet. Throws `SyncError` `config` or `auth` when settings or secrets are missing. */
  connect(context: ConnectContext): Promise<Connection>
}
