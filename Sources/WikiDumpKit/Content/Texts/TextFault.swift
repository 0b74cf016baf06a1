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
        case .knownBad(let address): "its text is known to be bad (\(address)); it was written empty, as the wiki wants"
        case .noRow(let id): "its text row \(id) is missing"
        case .nullRow(let id): "the text of its text row \(id) is NULL"
        case .noRowForStub(let id): "its text is a stub that leads to the text row \(id), which is missing"
        case .externalAddress(let address): "its address \"\(address)\" in an external store is not understood"
        case .otherStore(let address): "its text is in an external store of another kind, \"\(address)\""
        case .noCluster(let name): "its text is in the external store \(name), which is not configured"
        case .noBlob(let cluster, let id): "the external store \(cluster) has no row \(id), where its text should be"
        case .markedAsLost: "its text is marked as lost, by the flag error"
        case .badCompression: "its compressed text is damaged: it is no whole stream of raw deflate"
        case .tooLong: "its text is longer than \(RawDeflate.limit >> 20) MB when it is unpacked"
        case .badObject(let reason): "its text is stored as a PHP object that cannot be read: \(reason)"
        case .otherClass(let name): "its text is a PHP object of the class \(name), which holds no text"
        case .noItem(let key): "the PHP object with its text has no item \"\(key)\""
        case .stubLeadsAstray(let id):
            "its text is a stub that leads to the text row \(id), which holds no collection of texts"
        case .noCurTable(let id): "its text is row \(id) of the table cur, which the database does not have"
        case .unknownFlag(let flag): "its text has the unknown flag \"\(flag)\", which was not heeded"
        case .notUTF8: "its text is flagged as UTF-8, but is none; what is none was replaced"
        case .unknownEncoding: "its text has no flag utf-8 and is no UTF-8; what is none was replaced"
        case .takenAsUTF8: "its text has no flag utf-8 and was taken as UTF-8, which it can be"
        case .undecodable(let encoding): "its text has bytes that mean nothing in \(encoding); they were left out"
        case .endsEarly(let encoding): "its text ends in the middle of a character of \(encoding)"
        }
    }

    private var remedy: String {
        switch self {
        case .notUnderstood, .noRow, .nullRow, .noRowForStub, .markedAsLost, .badCompression, .badObject, .noItem,
            .stubLeadsAstray, .noBlob, .externalAddress:
            "restore it from a backup, or let findBadBlobs.php of MediaWiki mark it as bad"
        case .unknownScheme, .otherStore, .otherClass:
            "set producer=mediawiki in [source] if an extension of the wiki reads it"
        case .noCluster: "add it to externalstores in [source], or set producer=mediawiki there"
        case .tooLong: "set producer=mediawiki in [source]"
        case .noCurTable: "no MediaWiki since 1.5 has that table: restore it from a backup"
        case .unknownEncoding, .takenAsUTF8:
            "set legacyencoding in [source]: windows-1252 for most wikis older than 2005, or utf-8"
        case .undecodable, .endsEarly: "check legacyencoding in [source]"
        case .notUTF8: "correct the text in the wiki's database"
        case .knownBad, .unknownFlag: ""
        }
    }
}
