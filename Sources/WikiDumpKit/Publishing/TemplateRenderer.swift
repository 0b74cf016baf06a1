import Mustache
public import SystemPackage

/// Makes the pages from Mustache templates.
///
/// The templates are part of the program. A folder may replace any of them:
/// - `report.html` is the page of a run. In it are `guide.html` (which file is for what), `files.html` (the table of files) and
///   `job.html` (a job).
/// - `wiki.html` is the page of a wiki. In it is `chart.html`.
/// - `download-index.html` is the index of the farm. In it is `wiki-row.html` (the line of a wiki).
/// - `head.html`, `footer.html`, `style.css` and `script.js` are parts of all pages.
///
/// A template gets the same values as the built-in one, see ``builtIn``. `{{name}}` is escaped, and unknown names produce
/// nothing.
public struct TemplateRenderer: IndexRenderer {
    private let library: MustacheLibrary

    /// The built-in templates, by the names of the files that replace them: a starting point for your own.
    public static let builtIn = Dictionary(uniqueKeysWithValues: BuiltInTemplate.all.map { ($0.fileName, $0.text) })

    /// Loads the templates.
    /// - Parameters:
    ///   - directory: The folder with templates that replace built-in ones; nil for none.
    ///   - fileSystem: The file system of that folder.
    /// - Throws: ``DumpError`` with code `configuration` that names the file, line and column of an error in a template.
    public init(
        templateDirectory directory: FilePath? = nil, on fileSystem: FileSystem = .real
    ) throws(DumpError) {
        var library = MustacheLibrary()
        if let directory, try fileSystem.status(directory)?.isDirectory != true {
            throw DumpError(
                .configuration, "the folder of templates \(directory) is not there",
                remedy: "correct templatedir in section [output], or take it out to use the built-in templates")
        }
        var partials: [String: Set<String>] = [:]
        for template in BuiltInTemplate.all {
            let path = directory?.appending(template.fileName)
            let own = try path.flatMap { path throws(DumpError) in try fileSystem.text(path) }
            let source = path.flatMap { own == nil ? nil : $0.string } ?? template.fileName
            library.register(try Self.parse(own ?? template.text, source: source), named: template.name)
            partials[template.name] = try Self.partials(in: own ?? template.text, source: source)
        }
        for template in BuiltInTemplate.all where Self.reaches(template.name, from: template.name, by: partials) {
            throw DumpError(
                .configuration, "the template \(template.fileName) includes itself, directly or through others",
                remedy: "take out one of the {{>name}}")
        }
        self.library = library
    }

    /// The page of one run.
    public func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8] {
        try render(RunPageContext.values(run, farm: farm), template: BuiltInTemplate.report.name)
    }

    /// The index page of the farm.
    public func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8]
    {
        try render(SiteIndexContext.values(site, order: order, farm: farm), template: BuiltInTemplate.siteIndex.name)
    }

    /// The page of a wiki with all of its runs.
    public func wikiPage(_ wiki: WikiRecord, farm: FarmSettings) throws(DumpError) -> [UInt8]? {
        try render(WikiPageContext.values(wiki, farm: farm), template: BuiltInTemplate.wiki.name)
    }

    private func render(_ values: [String: Any], template: String) throws(DumpError) -> [UInt8] {
        guard let page = library.render(values, withTemplate: template) else {
            throw DumpError(.configuration, "there is no template \(template)")
        }
        return Array(page.utf8)
    }

    private static func parse(_ text: String, source: String) throws(DumpError) -> MustacheTemplate {
        if text.contains("%("), !text.contains("{{") {
            throw DumpError(
                .configuration, "\(source):1:1: this is a template in Python's %(name)s style",
                remedy: "write {{name}} for %(name)s and % for %%, or remove the file to use the built-in template")
        }
        do {
            return try MustacheTemplate(string: text)
        } catch let error as MustacheTemplate.ParserError {
            let place = error.context
            throw DumpError(
                .configuration,
                "\(source):\(place.lineNumber):\(place.columnNumber): \(explanation(error.error)) in `\(place.line)`",
                remedy: "correct the template, or remove the file to use the built-in one")
        } catch {
            throw DumpError(
                .configuration, "\(source): not a valid Mustache template",
                remedy: "correct the template, or remove the file to use the built-in one", cause: error)
        }
    }

    /// The names of the templates that a template includes, also where it has changed the delimiters.
    private static func partials(in text: String, source: String) throws(DumpError) -> Set<String> {
        var names: Set<String> = []
        var (open, close) = ("{{", "}}")
        var rest = text[...]
        while let start = rest.firstRange(of: open)?.upperBound {
            rest = rest[start...]
            guard let end = rest.firstRange(of: close) else { break }
            let tag = rest[..<end.lowerBound]
            rest = rest[end.upperBound...]
            let words = tag.dropFirst().split { $0.isWhitespace || $0 == "=" }.map(String.init)
            switch tag.first {
            case "=" where words.count == 2: (open, close) = (words[0], words[1])
            case ">", "<":
                let name = words.first ?? ""
                guard !name.hasPrefix("*") else {
                    throw DumpError(
                        .configuration, "\(source): a value chooses the template in “\(tag)”",
                        remedy: "name the template itself")
                }
                names.insert(name)
            default: break
            }
        }
        return names
    }

    /// Whether a template includes another, directly or through others. The library would follow a circle until the stack is full.
    private static func reaches(_ name: String, from start: String, by partials: [String: Set<String>]) -> Bool {
        var found: Set<String> = []
        var open = [start]
        while let next = open.popLast() {
            for partial in partials[next] ?? [] where found.insert(partial).inserted { open.append(partial) }
        }
        return found.contains(name)
    }

    private static func explanation(_ error: any Error) -> String {
        switch error as? MustacheTemplate.Error {
        case .sectionCloseNameIncorrect: "the open section has another name than the one closed here"
        case .unfinishedName: "the tag does not end, or its name has other characters than letters, digits, - _ ."
        case .expectedSectionEnd: "a section is not closed"
        case .invalidSetDelimiter: "the delimiters cannot be set this way"
        default: "\(error)"
        }
    }
}

/// Makes the pages that people look at.
///
/// ``TemplateRenderer`` makes them from templates that an operator can replace. Conform a type of your own to make them in
/// another way; it must pass `IndexRendererConformance` of WikiDumpKitTesting. Files for programs (status files, JSON,
/// checksums) are not made here, because their form is fixed.
public protocol IndexRenderer: Sendable {
    /// The page of one run, as HTML in UTF-8. Everything taken from the record must be escaped.
    func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8]

    /// The index page of the farm, as HTML in UTF-8.
    ///
    /// For a private wiki, it shows only the name and the state.
    func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8]

    /// The page of a wiki with all of its runs, as HTML in UTF-8; nil if there is to be none.
    ///
    /// The page of a private wiki lies in the private tree. A renderer without this method makes no such pages.
    func wikiPage(_ wiki: WikiRecord, farm: FarmSettings) throws(DumpError) -> [UInt8]?
}

extension IndexRenderer {
    /// No page.
    public func wikiPage(_ wiki: WikiRecord, farm: FarmSettings) throws(DumpError) -> [UInt8]? { nil }
}

/// Prepares plain text for the escaping of the template engine.
///
/// The engine escapes whole characters. To it, `"` followed by a combining accent is a single character that needs no escaping,
/// but a browser sees a bare quote. So combining marks that would merge with such a character get a dotted circle to combine
/// with instead. Control characters that HTML does not allow become U+FFFD.
func templateText(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for character in text {
        let scalars = character.unicodeScalars
        if scalars.count > 1, scalars.contains(where: isMarkup) {
            for (index, scalar) in scalars.enumerated() {
                if index > 0 { out.append("\u{25CC}") }
                out.append(scalar)
            }
        } else {
            out.append(contentsOf: scalars.map { isForbidden($0) ? "\u{FFFD}" : $0 })
        }
    }
    return String(out)
}

private func isMarkup(_ scalar: Unicode.Scalar) -> Bool { "<>&\"'".unicodeScalars.contains(scalar) }

private func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\t", "\n", "\r": false
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": true
    default: false
    }
}

/// A file or folder name as a part of a relative address. The result cannot be a scheme and cannot leave its folder.
func addressPart(_ name: String) -> String { name.percentEncoded(keeping: "-_.~") }

/// Escapes plain text for an HTML or XML document, as content or within quotes of either kind.
///
/// Control characters that HTML and XML do not allow become U+FFFD.
package func htmlEscaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": out += "&amp;"
        case "<": out += "&lt;"
        case ">": out += "&gt;"
        case "\"": out += "&quot;"
        case "'": out += "&#39;"
        default: out.unicodeScalars.append(isForbidden(scalar) ? "\u{FFFD}" : scalar)
        }
    }
    return out
}
