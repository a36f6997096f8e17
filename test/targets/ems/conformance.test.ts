import { ems } from '../../../main/engine/targets/ems/adapter.ts'
import { startEms } from './stand-in.ts'
import { testAdapter } from '../conformance/conformance.ts'
import { emsKey, emsServer, furniture } from './subject.ts'

testAdapter(ems, async () => emsServer(await startEms({ apiKey: emsKey, furniture })))
