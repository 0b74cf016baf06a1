/// Several texts that are stored together, most of them revisions of one page.
protocol HistoryBlob: Sendable {
    /// The text of the row that the blob lies in.
    var text: ArraySlice<UInt8>? { get }
    /// The text of a key.
    func item(_ key: String) -> ArraySlice<UInt8>?
    /// About how much memory it takes.
    var byteCount: Int { get }
}

/// An object of PHP that stands for a text.
enum TextObject: Sendable {
    case blob(any HistoryBlob)
    case stub(HistoryBlobStub)
    /// `HistoryBlobCurStub`: the text is that of a row of the table `cur`, which MediaWiki had until 1.4.
    case current(row: Int64)

    private static let classes: Set = [
        "concatenatedgziphistoryblob", "diffhistoryblob", "historyblobstub", "historyblobcurstub",
    ]

    /// Reads an object.
    /// - Parameter allowsDouble: Whether it may have been serialized twice, as a fault of old scripts did.
    init(serialized bytes: ArraySlice<UInt8>, allowsDouble: Bool = false) throws(TextFault) {
        var value = try PHPUnserializer.value(of: bytes, classes: Self.classes)
        if allowsDouble, case .string(let inner) = value {
            value = try PHPUnserializer.value(of: inner, classes: Self.classes)
        }
        guard case .object(let name, let properties) = value else { throw .badObject("it is no object") }
        func property(_ name: String) -> PHPValue { properties[ArraySlice(name.utf8)] ?? .null }
        switch name {
        case "concatenatedgziphistoryblob": self = .blob(try ConcatenatedBlob(property))
        case "diffhistoryblob": self = .blob(try DiffBlob(property))
        case "historyblobstub": self = .stub(try HistoryBlobStub(property))
        default:
            guard let row = property("mCurId").number else { throw .badObject("it names no row of the table cur") }
            self = .current(row: row)
        }
    }
}

/// A text that is an item of a blob in another row.
struct HistoryBlobStub: Sendable, Hashable {
    /// The text row of the blob.
    let row: Int64
    /// The key of the item.
    let key: String

    fileprivate init(_ property: (String) -> PHPValue) throws(TextFault) {
        guard let row = property("mOldId").number, let key = property("mHash").key else {
            throw .badObject("it names no row and item")
        }
        (self.row, self.key) = (row, String(decoding: key, as: UTF8.self))
    }
}
