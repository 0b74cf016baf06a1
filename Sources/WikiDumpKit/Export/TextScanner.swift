/// Copies text to XML until a character needs special treatment.
struct TextScanner {
    /// The reason why a scan stopped.
    enum Stop {
        /// The limit was reached.
        case limit
        /// The next character may have to be normalised.
        case unstable
        /// The next bytes are not UTF-8.
        case invalid
    }

    /// The most output bytes for one source byte.
    static let growth = 6
    /// Extra bytes that the output must provide, because words are written whole.
    static let slack = 16

    let form: TextForm
    let pages: [UInt16]
    let kinds: [UInt8]

    init(form: TextForm) {
        self.form = form
        pages = NormalizationTables.shared.pages
        kinds = NormalizationTables.shared.kinds
    }

    /// Copies from `position` until `limit` or a stop. The target must have room for ``growth`` times the bytes plus
    /// ``slack``.
    /// - Returns: The number of bytes written, and why the scan stopped.
    func scan(
        _ source: UnsafeBufferPointer<UInt8>, from position: inout Int, to limit: Int,
        into target: UnsafeMutablePointer<UInt8>
    ) -> (written: Int, stop: Stop) {
        guard let base = source.baseAddress else { return (0, .limit) }
        let end = source.count
        var place = position
        var output = unsafe target
        var stop = Stop.limit
        scanning: while place < limit {
            while place + 8 <= end {
                let word = unsafe UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self)
                unsafe UnsafeMutableRawPointer(output).storeBytes(of: word, as: UInt64.self)
                let hits = form.specials(in: UInt64(littleEndian: word))
                guard hits == 0 else {
                    let clean = hits.trailingZeroBitCount >> 3
                    place += clean
                    unsafe output += clean
                    break
                }
                place += 8
                unsafe output += 8
                if place >= limit { break scanning }
            }
            guard place < limit else { break }
            let byte = unsafe base[place]
            if byte >= 0x80 {
                repeat {
                    let length = unsafe stableLength(base + place, end - place)
                    guard length > 0 else {
                        stop = length == 0 ? .unstable : .invalid
                        break scanning
                    }
                    unsafe copyFour(base + place, end - place, into: output)
                    place += length
                    unsafe output += length
                } while unsafe place < limit && base[place] >= 0x80
            } else if byte == UInt8(ascii: "\r"), form.foldsLineEnds {
                if unsafe place + 1 >= end || base[place + 1] != UInt8(ascii: "\n") {
                    unsafe output.pointee = UInt8(ascii: "\n")
                    unsafe output += 1
                }
                place += 1
            } else {
                unsafe output += Self.write(byte, into: output, form: form)
                place += 1
            }
        }
        position = place
        return unsafe (output - target, stop)
    }

    /// Copies a sequence of up to four bytes. It may write extra bytes after the sequence, which are overwritten later.
    @inline(__always)
    private func copyFour(
        _ sequence: UnsafePointer<UInt8>, _ available: Int, into output: UnsafeMutablePointer<UInt8>
    ) {
        if available >= 4 {
            let word = unsafe UnsafeRawPointer(sequence).loadUnaligned(as: UInt32.self)
            unsafe UnsafeMutableRawPointer(output).storeBytes(of: word, as: UInt32.self)
        } else {
            unsafe output.update(from: sequence, count: available)
        }
    }

    /// The length of the sequence at the start if it is valid and inert, 0 if it may have to be normalised, and -1 if it is
    /// invalid. U+FFFE and U+FFFF count as invalid, because MediaWiki replaces them.
    @inline(__always)
    private func stableLength(_ sequence: UnsafePointer<UInt8>, _ available: Int) -> Int {
        guard let scalar = unsafe UTF8Sequence(sequence, available) else { return -1 }
        if scalar.codePoint >= NormalizationTables.limit { return scalar.length }
        let page = Int(pages[Int(scalar.codePoint >> 7)])
        if page != 0, kinds[page + Int(scalar.codePoint & 127)] != 0 { return 0 }
        return scalar.length
    }

    /// Writes one ASCII byte, escaped or replaced if necessary.
    /// - Returns: The number of bytes written.
    @inline(__always)
    static func write(_ byte: UInt8, into output: UnsafeMutablePointer<UInt8>, form: TextForm) -> Int {
        switch byte {
        case UInt8(ascii: "<"): return unsafe copy("&lt;", into: output)
        case UInt8(ascii: ">"): return unsafe copy("&gt;", into: output)
        case UInt8(ascii: "&"): return unsafe copy("&amp;", into: output)
        case UInt8(ascii: "\"") where form.escapesQuotes: return unsafe copy("&quot;", into: output)
        case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F: return unsafe copy("\u{FFFD}", into: output)
        default:
            unsafe output.pointee = byte
            return 1
        }
    }

    @inline(__always)
    private static func copy(_ text: StaticString, into output: UnsafeMutablePointer<UInt8>) -> Int {
        unsafe output.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
        return text.utf8CodeUnitCount
    }
}

/// How the text of an element is written.
struct TextForm: Sendable {
    let escapesQuotes: Bool
    /// Whether CR and CR LF become LF, as an XML parser makes them.
    let foldsLineEnds: Bool

    /// Makes the form for a style of export.
    init(_ style: ExportStyle) {
        escapesQuotes = style == .pages
        foldsLineEnds = style == .pages
    }

    /// Checks eight bytes at once for those that cannot be copied unchanged. Above a hit there may be false hits, but the
    /// lowest hit is always right.
    @inline(__always)
    func specials(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // < and > differ in one bit, and so do " and &.
        let angle = (word & ~(ones &* 0x02)) ^ (ones &* 0x3C)
        let other = (escapesQuotes ? word & ~(ones &* 0x04) : word) ^ (ones &* (escapesQuotes ? 0x22 : 0x26))
        let below = word &- (ones &* 0x20)
        return (word | below | (angle &- ones) | (other &- ones)) & (ones &* 0x80)
    }
}
