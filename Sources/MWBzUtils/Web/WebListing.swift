/// A small file on a web server, read as a whole.
package struct WebDocument: Sendable {
    /// The header of the answer.
    package let answer: WebHeader
    /// The content.
    package let bytes: [UInt8]

    /// - Parameter limit: A larger document is refused.
    /// - Throws: ``WebFailure``. Blocks the thread.
    package init(
        _ address: WebAddress, limit: Int = 16 << 20, settings: WebSettings = .standard
    ) throws(WebFailure) {
        var connection = try WebConnection(settings)
        (answer, bytes) = try WebRetry(settings: settings).run(&connection, progress: { _ in 0 }) {
            connection throws(WebFailure) in
            let answer = try connection.ask(address)
            if let failure = WebFailure(answer) { throw failure }
            var bytes: [UInt8] = []
            while let more = try connection.next() {
                bytes += more
                guard bytes.count <= limit else {
                    throw WebFailure(.other, "the server sends more than \(limit) bytes", remedy: "check the address")
                }
            }
            if let announced = answer.contentLength, announced != bytes.count {
                throw WebFailure(.passing(pause: nil), "the server broke off", remedy: "try again later")
            }
            return (answer, bytes)
        }
    }
}

/// What the page of a folder on a web server links to: the names in the folder. Those of folders end in a slash.
package struct WebListing: Sendable, Hashable {
    /// The names in the order of the page, each once, not escaped. None leads out of the folder.
    package let names: [String]

    /// Asks for the page of a folder, which web servers make of its files. Blocks the thread.
    package init(_ folder: WebAddress, settings: WebSettings = .standard) throws(WebFailure) {
        let document = try WebDocument(folder, settings: settings)
        self.init(of: document.bytes, at: WebAddress(document.answer.address) ?? folder)
    }

    /// Reads the page of a folder.
    package init(of page: [UInt8], at folder: WebAddress) {
        // Behind the scheme and the host.
        let base = "/" + folder.description.split(separator: "/", maxSplits: 2).dropFirst(2).joined()
        var names: [String] = []
        var known: Set<String> = []
        for link in Self.links(in: page) {
            var target = link.prefix { $0 != "?" && $0 != "#" }
            if target.hasPrefix(folder.description) {
                target = target.dropFirst(folder.description.count)
            } else if target.hasPrefix("/") {
                guard target.hasPrefix(base) else { continue }
                target = target.dropFirst(base.count)
            }
            if target.hasPrefix("./") { target = target.dropFirst(2) }
            let name = WebAddress.unescaped(target)
            let stem = name.hasSuffix("/") ? name.dropLast() : name[...]
            // Bytes, because a slash with an accent is another character.
            guard !stem.isEmpty, stem != ".", stem != "..",
                !stem.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }),
                !stem.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }),
                known.insert(name).inserted
            else { continue }
            names.append(name)
        }
        self.names = names
    }

    /// The values of all `href` attributes.
    private static func links(in page: [UInt8]) -> [Substring] {
        let text = String(decoding: page, as: UTF8.self)
        var links: [Substring] = []
        var rest = text[...]
        while let equals = rest.firstIndex(of: "=") {
            let isLink = rest[..<equals].drop { $0.isWhitespace }.suffix(4).lowercased() == "href"
            rest = rest[rest.index(after: equals)...].drop { $0.isWhitespace }
            guard isLink, let first = rest.first else { continue }
            if first == "\"" || first == "'" {
                rest = rest.dropFirst()
                links.append(rest.prefix { $0 != first })
            } else {
                links.append(rest.prefix { !$0.isWhitespace && $0 != ">" })
            }
        }
        return links.map { $0.contains("&") ? Substring($0.replacing("&amp;", with: "&")) : $0 }
    }
}
