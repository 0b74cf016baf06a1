@testable import MWBzUtils
@testable import WikiDumpKit

/// What web servers answer.
enum WebChecks {
    /// An answer with its headers, as curl prints it.
    static func answers(_ data: [UInt8]) throws {
        try listings(data)
        guard let answer = WebAnswer(data) else { return }
        try require(data.suffix(answer.body.count).elementsEqual(answer.body), "the body is not the end of the answer")
        for (name, value) in answer.fields {
            try require(!name.utf8.contains(0x0A) && !value.utf8.contains(0x0A), "a field in two lines")
        }
        if let pause = answer.retryAfter { try require(pause >= .zero && pause < .seconds(1 << 32), "no pause at all") }
        _ = answer.isPassing
        try siteInfo(answer.body)
    }

    /// The page of a folder, and a list of checksums: no name leads out of the folder.
    private static func listings(_ data: [UInt8]) throws {
        guard let folder = WebAddress("http://example.org/dumps/w/"), let wiki = WikiName("w") else { return }
        for name in WebListing(of: data, at: folder).names {
            let stem = name.hasSuffix("/") ? name.dropLast() : name[...]
            try require(!stem.isEmpty && stem != "." && stem != ".." && !stem.utf8.contains(0x2F), "a name is a path")
            let address = folder.appending(stem)
            try require(address.description.hasPrefix(folder.description), "a name leads out of the folder")
            try require(WebAddress(address.path)?.description != nil, "an address is none as a path")
        }
        let hashes = ChecksumFiles.parse(String(decoding: data, as: UTF8.self), kind: .sha256)
        for name in hashes.keys where MirroredRun.isName(name, of: wiki) {
            try require(!name.utf8.contains(0x2F) && name.hasPrefix("w-"), "a file is none of the wiki")
        }
    }

    /// An answer of the API about the wiki.
    static func siteInfo(_ data: [UInt8]) throws {
        guard let answer = try? SiteInfoAnswer(data, of: "it") else { return }
        let names = answer.properties.map(\.key)
        for version in [1, 2] {
            guard let text = try? answer.text(of: SiteInfoRequest(properties: names, formatVersion: version)) else {
                continue
            }
            let again = try SiteInfoAnswer(text, of: "it")
            try require(again.properties.count == names.count, "other properties in format \(version)")
        }
        guard let info = try? answer.siteInfo(tablePrefix: "x_") else { return }
        let header = ExportHeader(info, style: .pages).bytes()
        try require(String(validating: header, as: UTF8.self) != nil, "the header is not UTF-8")
        let known: Set = [
            "mediawiki", "siteinfo", "sitename", "dbname", "base", "generator", "case", "namespaces", "namespace",
        ]
        let strange = TemplateChecks.tags(in: header).subtracting(known)
        try require(strange.isEmpty, "a name became a tag of the header: \(strange)")
        for request in [SiteInfoRequest.header] { _ = request.query }
    }
}
