import { ems } from '../../main/engine/targets/ems/adapter.ts'
import { startEms } from '../support/ems-stand-in.ts'
import { testAdapter } from './conformance.ts'
import { emsKey, emsServer, furniture } from './ems-subject.ts'

testAdapter(ems, async () => emsServer(await startEms({ apiKey: emsKey, furniture })))
