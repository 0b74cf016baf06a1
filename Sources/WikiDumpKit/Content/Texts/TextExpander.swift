/// Undoes what the flags of a text say was done to it, as `SqlBlobStore::expandBlob` does.
struct TextExpander: Sendable {
    /// The encoding of texts without the flag `utf-8`.
    enum Encoding: Sendable {
        /// Nobody said. As MediaWiki does by default, they are taken as UTF-8.
        case unknown
        /// The wiki says that there is no other than UTF-8.
        case utf8
        case legacy(LegacyEncoding)
    }

    let encoding: Encoding

    /// What came of it.
    enum Outcome {
        case text(StoredText)
        /// The text lies elsewhere; what is found there is to be treated by the flags that are left.
        case elsewhere(Place, TextFlags)
    }

    /// Where else a text can lie.
    enum Place: Sendable, Hashable {
        case external(ExternalAddress)
        case stub(row: Int64, key: String)
        case current(row: Int64)
    }

    /// Expands what a row of the table `text` holds, or what stands behind `es:`.
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

    /// A text in UTF-8, of bytes that are no more packed.
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

/// A text of a slot, and what is wrong with it.
struct StoredText: Sendable {
    /// The text; nil if it cannot be read.
    var text: [UInt8]?
    /// What is wrong, if anything.
    var fault: TextFault?

    /// A text that is as it should be, or a little odd.
    init(_ text: [UInt8], _ fault: TextFault? = nil) {
        self.text = text
        self.fault = fault
    }

    /// A text that cannot be read.
    init(_ fault: TextFault) { self.fault = fault }
}
