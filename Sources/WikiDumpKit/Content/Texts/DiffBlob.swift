/// `DiffHistoryBlob`: texts by their numbers, each but the first as what differs from one before. `recompressTracked.php`
/// writes it.
struct DiffBlob: HistoryBlob {
    private let items: [Int64: [UInt8]]
    private let defaultKey: Int64
    let byteCount: Int

    init(_ property: (String) -> PHPValue) throws(TextFault) {
        guard let packed = property("mCompressed").bytes else { throw .badObject("its diffs are no compressed text") }
        let info = try PHPUnserializer.value(of: try RawDeflate.inflated(packed)[...])
        guard case .array(let members) = info else {
            // `false` stands for a blob without items.
            guard !info.isTrue else { throw .badObject("its diffs are no array") }
            (items, defaultKey, byteCount) = ([:], 0, 0)
            return
        }
        func member(_ name: String) -> PHPValue { members[ArraySlice(name.utf8)] ?? .null }
        guard let diffs = member("diffs").list else { throw .badObject("its diffs are no list") }
        defaultKey = member("default").number ?? 0
        var items: [Int64: [UInt8]] = [:]
        var (base, size) = ([UInt8](), 0)
        // Of the old form: the first text stands by itself, and the order is that of the diffs.
        let first = member("base").bytes
        if let first {
            base = Array(first)
            items[0] = base
            size = base.count
        }
        let numbers =
            try first == nil
            ? Self.numbers(member("map"), count: diffs.count) : Array(1...Int64(diffs.count + 1))
        for (number, diff) in zip(numbers, diffs) {
            // After a diff that does not fit MediaWiki goes on with an empty text, which only a diff of none fits.
            let text = diff.bytes.flatMap { BinaryPatch.apply($0, to: base, limit: RawDeflate.limit - size) }
            items[number] = text
            base = text ?? []
            size += base.count
        }
        (self.items, byteCount) = (items, size)
    }

    /// The number of the text that each diff makes: each is told by what it is above the one before.
    private static func numbers(_ map: PHPValue, count: Int) throws(TextFault) -> [Int64] {
        guard let steps = map.key?.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) else {
            throw .badObject("its map is no text")
        }
        var (numbers, last) = ([Int64](), Int64(0))
        for step in steps.prefix(count) {
            guard let number = Int64(String(decoding: step, as: UTF8.self)) else {
                throw .badObject("its map is no list of numbers")
            }
            last &+= number
            numbers.append(last)
        }
        guard numbers.count == count else { throw .badObject("its map is too short") }
        return numbers
    }

    var text: ArraySlice<UInt8>? { items[defaultKey].map { $0[...] } }

    func item(_ key: String) -> ArraySlice<UInt8>? { Int64(key).flatMap { items[$0] }.map { $0[...] } }
}
