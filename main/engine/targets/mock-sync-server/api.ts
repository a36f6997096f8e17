/**
 * DataCollect's `mock-sync-server` contract from the client's side. One address for both verbs:
 * - `POST` `{"data": [form submission, …]}`, at most 100; any 2xx means all of them were taken, the body says nothing.
 * - `GET ?since=<timestamp>` answers a bare array of everything strictly newer. Anything else is an error; DataCollect's
 *   own client takes it for "no records".
 *
 * Source: idpass-data-collect, MockSyncServerAdapter. Unverified: no server of it was ever published.
 */
import { z } from 'zod'

/** Submissions in one request at most: DataCollect's fixed batch size. */
export const largestBatch = 100

/** What a pull answers. The records are read one by one, so that a bad one does not spoil the others. */
export const pulledRecords = z.array(z.unknown(), {
  error: 'a bare array of records was expected',
})
