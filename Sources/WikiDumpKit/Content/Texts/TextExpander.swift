/// Undoes what the flags of a text describe, as `SqlBlobStore::expandBlob` does.
struct TextExpander: Sendable {
    enum Encoding: Sendable {
        /// Not known. As in MediaWiki by default, such texts are read as UTF-8.
        case unknown
        /// The wiki says that all its texts are UTF-8.
        case utf8
        case legacy(LegacyEncoding)
    }

    let encoding: Encoding

    enum Outcome {
        case text(StoredText)
        case elsewhere(Place, TextFlags)
    }

    enum Place: Sendable, Hashable {
        case external(ExternalAddress)
        case stub(row: Int64, key: String)
        case current(row: Int64)
    }

    /// Expands the contents of a row of the table `text`, or the part of an address after `es:`.
    func expand(_ stored: UnsafeRawBufferPointer, _ flags: TextFlags) -> Outcome {
        do throws(TextFault) {
            if flags.isError { throw .markedAsLost }
            guard flags.isExternal else { return try unsafe unpack(stored, flags) }
            var left = flags
            left.isExternal = false
            let address = unsafe String(decoding: stored, as: UTF8.self)
            return .elsewhere(.external(try ExternalAddress(address)), left)
        } catch { return .text(StoredText(error)) }
    }

    private func unpack(_ stored: UnsafeRawBufferPointer, _ flags: TextFlags) throws(TextFault) -> Outcome {
        let bytes = try unsafe flags.isCompressed ? RawDeflate.inflated(stored) : [UInt8](stored)
        guard flags.isObject else { return .text(decode(bytes, flags)) }
        var left = flags
        (left.isCompressed, left.isObject) = (false, false)
        switch try TextObject(serialized: bytes[...]) {
        case .blob(let blob):
            guard let text = blob.text else { throw .noItem("default") }
            return .text(decode(Array(text), left))
        case .stub(let stub): return .elsewhere(.stub(row: stub.row, key: stub.key), left)
        case .current(let row): return .elsewhere(.current(row: row), left)
        }
    }

    func decode(_ bytes: [UInt8], _ flags: TextFlags) -> StoredText {
        var text =
            if flags.isUTF8 {
                StoredText(bytes, bytes.isUTF8 ? nil : .notUTF8)
            } else if case .legacy(let encoding) = encoding {
                encoding.decoded(bytes)
            } else if !bytes.isUTF8 {
                StoredText(bytes, .unknownEncoding)
            } else if case .unknown = encoding, bytes.contains(where: { $0 >= 0x80 }) {
                StoredText(bytes, .takenAsUTF8)
            } else {
                StoredText(bytes)
            }
        if text.fault == nil, let flag = flags.unknown { text.fault = .unknownFlag(flag) }
        return text
    }
}

struct StoredText: Sendable {
    var text: [UInt8]?
    var fault: TextFault?

    init(_ text: [UInt8], _ fault: TextFault? = nil) {
        self.text = text
        self.fault = fault
    }

    init(_ fault: TextFault) { self.fault = fault }
}
