/// `ConcatenatedGzipHistoryBlob`: texts by their MD5 sums, compressed as a whole. `compressOld.php` writes it.
struct ConcatenatedBlob: HistoryBlob {
    private let items: [ArraySlice<UInt8>: PHPValue]
    private let defaultKey: ArraySlice<UInt8>
    let byteCount: Int

    init(_ property: (String) -> PHPValue) throws(TextFault) {
        var items = property("mItems")
        if property("mCompressed").isTrue {
            guard let packed = items.bytes else { throw .badObject("its items are no compressed text") }
            items = try PHPUnserializer.value(of: try RawDeflate.inflated(packed)[...])
        }
        switch items {
        case .array(let pairs): self.items = pairs
        case .null: self.items = [:]
        default: throw .badObject("its items are no array")
        }
        defaultKey = property("mDefaultHash").key ?? []
        byteCount = self.items.values.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
    }

    var text: ArraySlice<UInt8>? { items[defaultKey]?.bytes }

    func item(_ key: String) -> ArraySlice<UInt8>? { items[ArraySlice(key.utf8)]?.bytes }
}
