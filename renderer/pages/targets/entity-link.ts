/** Address of one record on the Data page. */
export function entityLink(entity: string, recordId: string) {
  return { path: `/data/${entity}`, query: { id: recordId } }
}
