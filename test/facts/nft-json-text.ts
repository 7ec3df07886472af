/** JSON as nft(8) prints it: on one line, with a blank behind each comma and colon (jansson, json_dumpf). */
export function nftJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(nftJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}: ${nftJson(member)}`).join(', ')}}`
}
