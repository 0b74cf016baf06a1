/// Several texts stored together, usually revisions of one page.
protocol HistoryBlob: Sendable {
    /// The text of the row that holds the blob.
    var text: ArraySlice<UInt8>? { get }
    func item(_ key: String) -> ArraySlice<UInt8>?
    /// Its approximate size in memory.
    var byteCount: Int { get }
}

/// A PHP object that stands for a text.
enum TextObject: Sendable {
    case blob(any HistoryBlob)
    case stub(HistoryBlobStub)
    /// `HistoryBlobCurStub`: the text is in a row of the table `cur`, which MediaWiki had until 1.4.
    case current(row: Int64)

    private static let classes: Set = [
        "concatenatedgziphistoryblob", "diffhistoryblob", "historyblobstub", "historyblobcurstub",
    ]

    /// Parses an object.
    /// - Parameter allowsDouble: Whether it may be serialised twice, due to a bug in old scripts.
    init(serialized bytes: ArraySlice<UInt8>, allowsDouble: Bool = false) throws(TextFault) {
        var value = try PHPUnserializer.value(of: bytes, classes: Self.classes)
        if allowsDouble, case .string(let inner) = value {
            value = try PHPUnserializer.value(of: inner, classes: Self.classes)
        }
        guard case .object(let name, let properties) = value else { throw .badObject("it is not an object") }
        func property(_ name: String) -> PHPValue { properties[ArraySlice(name.utf8)] ?? .null }
        switch name {
        case "concatenatedgziphistoryblob": self = .blob(try ConcatenatedBlob(property))
        case "diffhistoryblob": self = .blob(try DiffBlob(property))
        case "historyblobstub": self = .stub(try HistoryBlobStub(property))
        default:
            guard let row = property("mCurId").number else {
                throw .badObject("it does not name a row of the table cur")
            }
            self = .current(row: row)
        }
    }
}

/// A text that is an item of a blob in another row.
struct HistoryBlobStub: Sendable, Hashable {
    /// The text row that holds the blob.
    let row: Int64
    let key: String

    fileprivate init(_ property: (String) -> PHPValue) throws(TextFault) {
        guard let row = property("mOldId").number, let key = property("mHash").key else {
            throw .badObject("it does not name a row and an item")
        }
        (self.row, self.key) = (row, String(decoding: key, as: UTF8.self))
    }
}

/// `ConcatenatedGzipHistoryBlob`: texts keyed by their MD5 hashes, compressed together. `compressOld.php` writes it.
struct ConcatenatedBlob: HistoryBlob {
    private let items: [ArraySlice<UInt8>: PHPValue]
    private let defaultKey: ArraySlice<UInt8>
    let byteCount: Int

    init(_ property: (String) -> PHPValue) throws(TextFault) {
        var items = property("mItems")
        if property("mCompressed").isTrue {
            guard let packed = items.bytes else { throw .badObject("its items are not compressed data") }
            items = try PHPUnserializer.value(of: try RawDeflate.inflated(packed)[...])
        }
        switch items {
        case .array(let pairs): self.items = pairs
        case .null: self.items = [:]
        default: throw .badObject("its items are not an array")
        }
        defaultKey = property("mDefaultHash").key ?? []
        byteCount = self.items.values.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
    }

    var text: ArraySlice<UInt8>? { items[defaultKey]?.bytes }

    func item(_ key: String) -> ArraySlice<UInt8>? { items[ArraySlice(key.utf8)]?.bytes }
}

/// `DiffHistoryBlob`: texts keyed by numbers. Each text but the first is a diff from an earlier text. `recompressTracked.php`
/// writes it.
struct DiffBlob: HistoryBlob {
    private let items: [Int64: [UInt8]]
    private let defaultKey: Int64
    let byteCount: Int

    init(_ property: (String) -> PHPValue) throws(TextFault) {
        guard let packed = property("mCompressed").bytes else { throw .badObject("its diffs are not compressed data") }
        let info = try PHPUnserializer.value(of: try RawDeflate.inflated(packed)[...])
        guard case .array(let members) = info else {
            // `false` stands for a blob without items.
            guard !info.isTrue else { throw .badObject("its diffs are not an array") }
            (items, defaultKey, byteCount) = ([:], 0, 0)
            return
        }
        func member(_ name: String) -> PHPValue { members[ArraySlice(name.utf8)] ?? .null }
        guard let diffs = member("diffs").list else { throw .badObject("its diffs are not a list") }
        defaultKey = member("default").number ?? 0
        var items: [Int64: [UInt8]] = [:]
        var (base, size) = ([UInt8](), 0)
        // In the old format, the first text is stored separately, and the texts are in the order of the diffs.
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
            // If a diff does not fit, MediaWiki continues with an empty text, which only a diff from an empty text fits.
            let text = diff.bytes.flatMap { BinaryPatch.apply($0, to: base, limit: RawDeflate.limit - size) }
            items[number] = text
            base = text ?? []
            size += base.count
        }
        (self.items, byteCount) = (items, size)
    }

    /// The number of the text that each diff produces. The map stores each as the increase over the one before.
    private static func numbers(_ map: PHPValue, count: Int) throws(TextFault) -> [Int64] {
        guard let steps = map.key?.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) else {
            throw .badObject("its map is not a string")
        }
        var (numbers, last) = ([Int64](), Int64(0))
        for step in steps.prefix(count) {
            guard let number = Int64(String(decoding: step, as: UTF8.self)) else {
                throw .badObject("its map is not a list of numbers")
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
