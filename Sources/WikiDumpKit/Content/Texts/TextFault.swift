/// What is wrong with a text, and the remedy.
enum TextFault: Error, Sendable, Hashable {
    // Where the text is stored.
    case notUnderstood(address: String)
    case unknownScheme(address: String)
    case knownBad(address: String)
    case noRow(Int64)
    case nullRow(Int64)
    case noRowForStub(Int64)

    // External stores.
    case externalAddress(String)
    case otherStore(String)
    case noCluster(String)
    case noBlob(cluster: String, id: Int64)

    // How the text is packed.
    case markedAsLost
    case badCompression
    case tooLong
    case badObject(String)
    case otherClass(String)
    case noItem(String)
    case stubLeadsAstray(Int64)
    case noCurTable(Int64)

    // How its bytes are encoded.
    case unknownFlag(String)
    case notUTF8
    case unknownEncoding
    case takenAsUTF8
    case undecodable(encoding: String)
    case endsEarly(encoding: String)

    /// Whether something is missing from the output. The text may still be there in part.
    var isLoss: Bool {
        switch self {
        case .knownBad, .unknownFlag, .takenAsUTF8: false
        default: true
        }
    }

    /// Whether the text is empty because the wiki marked it as bad.
    var isKnownBad: Bool { if case .knownBad = self { true } else { false } }

    /// The fault and its remedy in one sentence.
    var message: String { remedy.isEmpty ? fault : "\(fault) (\(remedy))" }

    private var fault: String {
        switch self {
        case .notUnderstood(let address): "its text address \"\(address)\" is not understood"
        case .unknownScheme(let address): "its text address \"\(address)\" is of a kind that MediaWiki does not know"
        case .knownBad(let address): "the wiki has marked its text as bad (\(address)), so it was written empty"
        case .noRow(let id): "its text row \(id) is missing"
        case .nullRow(let id): "its text row \(id) holds NULL instead of a text"
        case .noRowForStub(let id): "its text is a stub that points to text row \(id), which is missing"
        case .externalAddress(let address): "its external store address \"\(address)\" is not understood"
        case .otherStore(let address): "its text is in an unsupported kind of external store, \"\(address)\""
        case .noCluster(let name): "its text is in the external store \(name), which is not configured"
        case .noBlob(let cluster, let id):
            "its text should be in row \(id) of the external store \(cluster), but there is no such row"
        case .markedAsLost: "its text is marked as lost: it has the flag \"error\""
        case .badCompression: "its compressed text is damaged: it is not a complete raw deflate stream"
        case .tooLong: "its text is longer than \(RawDeflate.limit >> 20) MB after decompression"
        case .badObject(let reason): "its text is stored as a PHP object that cannot be read: \(reason)"
        case .otherClass(let name): "its text is a PHP object of the class \(name), which holds no text"
        case .noItem(let key): "the PHP object with its text has no item \"\(key)\""
        case .stubLeadsAstray(let id):
            "its text is a stub that points to text row \(id), which does not hold a collection of texts"
        case .noCurTable(let id): "its text is in row \(id) of the table cur, which the database does not have"
        case .unknownFlag(let flag): "its text has the unknown flag \"\(flag)\", which was ignored"
        case .notUTF8: "its text is flagged as UTF-8 but is not valid UTF-8; the invalid bytes were replaced"
        case .unknownEncoding: "its text lacks the flag utf-8 and is not valid UTF-8; the invalid bytes were replaced"
        case .takenAsUTF8: "its text lacks the flag utf-8, but is valid UTF-8 and was read as such"
        case .undecodable(let encoding): "its text has bytes that are not valid in \(encoding); they were left out"
        case .endsEarly(let encoding): "its text ends in the middle of a character of \(encoding)"
        }
    }

    private var remedy: String {
        switch self {
        case .notUnderstood, .noRow, .nullRow, .noRowForStub, .markedAsLost, .badCompression, .badObject, .noItem,
            .stubLeadsAstray, .noBlob, .externalAddress:
            "restore it from a backup, or mark it as bad with MediaWiki's findBadBlobs.php"
        case .unknownScheme, .otherStore, .otherClass:
            "set producer=mediawiki in [source] if an extension of the wiki reads it"
        case .noCluster: "add it to externalstores in [source], or set producer=mediawiki there"
        case .tooLong: "set producer=mediawiki in [source]"
        case .noCurTable: "MediaWiki dropped that table in version 1.5: restore it from a backup"
        case .unknownEncoding, .takenAsUTF8:
            "set legacyencoding in [source]: windows-1252 for most wikis older than 2005, or utf-8"
        case .undecodable, .endsEarly: "check legacyencoding in [source]"
        case .notUTF8: "correct the text in the wiki's database"
        case .knownBad, .unknownFlag: ""
        }
    }
}
