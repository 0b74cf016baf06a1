/// Binary patches of LibXDiff, as made by PHP's `xdiff_string_rabdiff`.
///
/// A patch begins with the checksum and the length of the old text. Then come pieces of the new text. Each begins with a byte
/// for its kind, followed by bytes to insert or a range of the old text to copy. Numbers are little-endian.
enum BinaryPatch {
    private enum Kind: UInt8 {
        case insertShort = 1
        case copy = 2
        case insert = 3
    }

    /// The new text; nil if the patch does not fit the old text, is damaged, or produces more than `limit` bytes.
    static func apply(_ patch: ArraySlice<UInt8>, to base: [UInt8], limit: Int) -> [UInt8]? {
        var rest = patch
        guard let sum = number(&rest), let count = number(&rest), count == base.count, sum == checksum(of: base) else {
            return nil
        }
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch Kind(rawValue: byte) {
            case .insertShort:
                guard let count = rest.popFirst(), insert(Int(count), from: &rest, into: &text) else { return nil }
            case .insert:
                guard let count = number(&rest), insert(count, from: &rest, into: &text) else { return nil }
            case .copy:
                guard let start = number(&rest), let count = number(&rest), start <= base.count,
                    count <= base.count - start
                else { return nil }
                text += base[start..<start + count]
            case nil: return nil
            }
            guard text.count <= limit else { return nil }
        }
        return text
    }

    private static func insert(_ count: Int, from rest: inout ArraySlice<UInt8>, into text: inout [UInt8]) -> Bool {
        guard count <= rest.count else { return false }
        text += rest.prefix(count)
        rest = rest.dropFirst(count)
        return true
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard rest.count >= 4 else { return nil }
        let bytes = rest.prefix(4)
        rest = rest.dropFirst(4)
        return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Adler-32 in LibXDiff's variant: both sums start at 0.
    static func checksum(of text: [UInt8]) -> Int {
        var (low, high): (UInt32, UInt32) = (0, 0)
        var start = 0
        while start < text.count {
            // This many bytes cannot overflow the sums.
            let end = min(start + 5552, text.count)
            for byte in text[start..<end] {
                low += UInt32(byte)
                high += low
            }
            low %= 65_521
            high %= 65_521
            start = end
        }
        return Int(high << 16 | low)
    }
}
