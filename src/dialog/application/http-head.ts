/**
 * The head of an HTTP/1.x message where it lies, RFC 9112 §2–§6: its first line and the few fields
 * that say how far the body goes. Nothing is copied: a capture has as many heads as connections.
 */

/** What a head tells; one record serves each of them. Places are -1 where there is no such field. */
export type HttpHeadPlaces = {
  /** Where the first line ends, without its line feed and carriage return. */
  lineEnd: number
  hostAt: number
  hostEnd: number
  serverAt: number
  serverEnd: number
  /** Bytes of the body that the head tells; -1 without, or where it is no number. */
  contentLength: number
  /** The last transfer coding is chunked. */
  chunked: boolean
}

/** A record to be filled. */
export const httpHeadPlaces = (): HttpHeadPlaces => ({
  lineEnd: -1,
  hostAt: -1,
  hostEnd: -1,
  serverAt: -1,
  serverEnd: -1,
  contentLength: -1,
  chunked: false,
})

const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/** Reads the head from `at` into `places`; gives where the body begins, -1 where the head goes beyond `end`. */
export function readHttpHeadPlaces(
  view: DataView,
  at: number,
  end: number,
  places: HttpHeadPlaces,
): number {
  places.lineEnd = places.hostAt = places.serverAt = places.contentLength = -1
  places.chunked = false
  let lineAt = at
  for (;;) {
    const place = lineFeedAt(view, lineAt, end)
    if (place < 0) return -1
    const lineEnd =
      place > lineAt && view.getUint8(place - 1) === CARRIAGE_RETURN ? place - 1 : place
    if (places.lineEnd < 0) places.lineEnd = lineEnd
    else if (lineEnd === lineAt) return place + 1
    else noteField(view, lineAt, lineEnd, places)
    lineAt = place + 1
  }
}

/** Where the first line feed of `view[at, end)` is; -1 without one. Four bytes are looked at together, as Mycroft's test for a byte of 0 does. */
export function lineFeedAt(view: DataView, at: number, end: number): number {
  let place = at
  for (; place + 4 <= end; place += 4) {
    const word = view.getInt32(place) ^ 0x0a0a0a0a
    if (((word - 0x01010101) & ~word & 0x80808080) !== 0) break
  }
  for (; place < end; place++) if (view.getUint8(place) === LINE_FEED) return place
  return -1
}

function noteField(view: DataView, at: number, end: number, places: HttpHeadPlaces): void {
  // Bit 0x20 makes the letter a small one; other fields are passed over by their first letter.
  switch (view.getUint8(at) | 0x20) {
    case 0x63: // c
      if (isNamed(view, at, end, 'content-length:'))
        places.contentLength = numberIn(view, at + 15, end)
      return
    case 0x74: // t
      if (isNamed(view, at, end, 'transfer-encoding:')) places.chunked = endsChunked(view, at, end)
      return
    case 0x68: // h
      if (places.hostAt >= 0 || !isNamed(view, at, end, 'host:')) return
      places.hostAt = afterSpaces(view, at + 5, end)
      places.hostEnd = end
      return
    case 0x73: // s
      if (places.serverAt >= 0 || !isNamed(view, at, end, 'server:')) return
      places.serverAt = afterSpaces(view, at + 7, end)
      places.serverEnd = end
  }
}

function isNamed(view: DataView, at: number, end: number, name: string): boolean {
  if (end - at < name.length) return false
  for (let place = 0; place < name.length; place++)
    if ((view.getUint8(at + place) | 0x20) !== (name.charCodeAt(place) | 0x20)) return false
  return true
}

function afterSpaces(view: DataView, at: number, end: number): number {
  let place = at
  while (place < end && (view.getUint8(place) === 32 || view.getUint8(place) === 9)) place++
  return place
}

/** Up to fifteen digits between spaces; -1 for anything else. */
function numberIn(view: DataView, at: number, end: number): number {
  let place = afterSpaces(view, at, end)
  const from = place
  let number = 0
  for (; place < end; place++) {
    const digit = view.getUint8(place) - 0x30
    if (digit < 0 || digit > 9) break
    number = number * 10 + digit
  }
  return place === from || place - from > 15 || afterSpaces(view, place, end) < end ? -1 : number
}

function endsChunked(view: DataView, at: number, end: number): boolean {
  let last = end
  while (last > at && (view.getUint8(last - 1) === 32 || view.getUint8(last - 1) === 9)) last--
  return last - at > 7 && isNamed(view, last - 7, last, 'chunked')
}
