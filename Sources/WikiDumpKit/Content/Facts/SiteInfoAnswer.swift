/// An answer of MediaWiki's API to `action=query&meta=siteinfo`, in one of the two formats there are.
///
/// Format 1 says true by an empty text and false by nothing, and has the text of an element under `*`. Format 2 has
/// booleans and names. An answer in one of them can be told in the other, as far as the properties are known here.
struct SiteInfoAnswer: Sendable, Hashable {
    /// The properties, such as `general`.
    let properties: [JSONValue.Member]
    /// 1 or 2.
    let version: Int
    /// What errors call it.
    private let name: String

    /// Reads an answer, with the `query` object around the properties or without.
    /// - Parameter name: What errors call it: a file, or an address.
    /// - Throws: ``DumpError`` with code `outputBad` that says what is wrong with it.
    init(_ bytes: [UInt8], of name: String) throws(DumpError) {
        self.name = name
        let answer: JSONValue
        do throws(DumpError) { answer = try JSONValue(parsing: bytes) } catch {
            throw Self.fault(name, "is \(error.message)")
        }
        if let error = answer["error"] {
            let code = error["code"]?.string
            throw Self.fault(
                name, "is an error of the API: \(error["info"]?.string ?? code ?? "unknown")",
                cause: code == "readapidenied" ? ReadDenied() : nil)
        }
        let query = answer["query"] ?? (answer["general"] == nil ? nil : answer)
        guard let members = query?.members else { throw Self.fault(name, "has no “query”") }
        properties = members
        let main = query?["namespaces"]?["0"]
        version = answer["batchcomplete"]?.string == "" || main?["*"] != nil ? 1 : 2
    }

    /// Checks that it has every property of a list.
    /// - Throws: ``DumpError`` with code `outputBad`, naming those that it lacks.
    func check(has names: [String]) throws(DumpError) {
        let missing = names.filter { name in !properties.contains { $0.key == name && $0.value != .null } }
        if !missing.isEmpty { throw fault("lacks \(missing.joined(separator: ", "))") }
    }

    /// What the API would answer to a request.
    /// - Throws: ``DumpError`` with code `outputBad` when a property is missing, or cannot be told in the format.
    func text(of request: SiteInfoRequest) throws(DumpError) -> [UInt8] {
        try check(has: request.properties)
        let wanted = request.formatVersion
        var members: [JSONValue.Member] = []
        for name in request.properties {
            guard let value = properties.last(where: { $0.key == name })?.value else { continue }
            if wanted == version {
                members.append(JSONValue.Member(name, value))
            } else if let told = wanted == 1 ? SiteInfoFormat.old(name, value) : SiteInfoFormat.new(name, value) {
                members.append(JSONValue.Member(name, told))
            } else {
                throw fault("has \(name) in format \(version), which cannot be told in format \(wanted)")
            }
        }
        let answer = JSONValue.object([
            JSONValue.Member("batchcomplete", wanted == 1 ? "" : .bool(true)),
            JSONValue.Member("query", .object(members)),
        ])
        return answer.bytes
    }

    func fault(_ message: String) -> DumpError { Self.fault(name, message) }

    private static func fault(_ name: String, _ message: String, cause: (any Error)? = nil) -> DumpError {
        DumpError(.outputBad, "\(name) \(message)", cause: cause)
    }
}

/// The API's refusal `readapidenied`.
struct ReadDenied: Error, CustomStringConvertible {
    var description: String { "readapidenied" }
}
