/// What `old_flags` says was done to a text before it was stored.
struct TextFlags: Sendable, Hashable {
    /// The text is UTF-8; without this the legacy encoding of the wiki holds.
    var isUTF8 = false
    /// It was compressed by raw deflate.
    var isCompressed = false
    /// It is an object of PHP.
    var isObject = false
    /// It is an address in an external store.
    var isExternal = false
    /// It was found to be lost.
    var isError = false
    /// The first flag that MediaWiki does not know, and so does not heed.
    var unknown: String?

    /// No flags.
    init() {}

    /// Reads words with commas between them.
    init(_ words: UnsafeRawBufferPointer) {
        var start = 0
        for place in 0...words.count {
            guard unsafe place == words.count || words[place] == UInt8(ascii: ",") else { continue }
            if place > start { unsafe read(UnsafeRawBufferPointer(rebasing: words[start..<place])) }
            start = place + 1
        }
    }

    private mutating func read(_ word: UnsafeRawBufferPointer) {
        if unsafe word.elementsEqual("utf-8".utf8) || word.elementsEqual("utf8".utf8) {
            isUTF8 = true
        } else if unsafe word.elementsEqual("gzip".utf8) {
            isCompressed = true
        } else if unsafe word.elementsEqual("object".utf8) {
            isObject = true
        } else if unsafe word.elementsEqual("external".utf8) {
            isExternal = true
        } else if unsafe word.elementsEqual("error".utf8) {
            isError = true
        } else if unknown == nil {
            unknown = unsafe String(decoding: word, as: UTF8.self)
        }
    }
}
