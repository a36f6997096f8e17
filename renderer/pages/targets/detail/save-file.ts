/** Offers a text, or bytes in pieces, as a file to save. */
export function saveFile(
  name: string,
  content: string | readonly BlobPart[],
  type = 'application/json',
): void {
  const parts = typeof content === 'string' ? [content] : [...content]
  const url = URL.createObjectURL(new Blob(parts, { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold on the data once the click is through.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
