import { openspp } from '../../../main/engine/targets/openspp/adapter.ts'
import { testAdapter } from '../conformance/conformance.ts'
import { startOpenspp } from './stand-in.ts'
import { opensppKey, opensppServer, releases, type ReleaseName } from './subject.ts'

for (const name of Object.keys(releases) as ReleaseName[]) {
  testAdapter(openspp, async () => opensppServer(await startOpenspp({ key: opensppKey }), name))
}
