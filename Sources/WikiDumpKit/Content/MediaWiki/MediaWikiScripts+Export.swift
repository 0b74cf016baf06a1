import SystemPackage

extension MediaWikiScripts {
    /// The command that writes an export.
    /// - Parameters:
    ///   - request: What to write.
    ///   - outputs: Where to write it, a path for each text.
    /// - Throws: ``DumpError`` with code `configuration` if there is no such script.
    func command(for request: ExportRequest, outputs: [FilePath]) throws(DumpError) -> Command {
        try command(request.script, arguments(request, outputs))
    }

    private func arguments(_ request: ExportRequest, _ outputs: [FilePath]) -> [String] {
        let group = "--dbgroupdefault=dump"
        switch request {
        case .stubs(let selections, let pages):
            return [group, "--full", "--stub", "--report=1000"] + Self.range(pages)
                + zip(selections, outputs).flatMap { selection, output in
                    ["--output=file:\(output)"] + Self.filters(selection)
                }
        case .pages(let pages):
            return ["--stub=gzip:\(pages.stub)"] + (pages.prefetch.map { [$0.argument] } ?? [])
                + [group, "--report=1000"] + (pages.spawn ? ["--spawn=\(php)"] : [])
                + outputs.map { "--output=file:\($0)" } + [pages.extent == .all ? "--full" : "--current"]
        case .log(let ids):
            return ["--logs", "--report=1000", group] + Self.range(ids) + outputs.map { "--output=file:\($0)" }
        }
    }

    /// The end is not part of what the script writes; without one it goes on to the last id.
    private static func range(_ ids: ClosedRange<Int64>?) -> [String] {
        guard let ids else { return [] }
        return ["--start=\(ids.lowerBound)"] + (ids.upperBound == .max ? [] : ["--end=\(ids.upperBound + 1)"])
    }

    private static func filters(_ selection: ExportSelection) -> [String] {
        (selection.extent == .current ? ["--filter=latest"] : [])
            + (selection.articlesOnly ? ["--filter=notalk", "--filter=namespace:!NS_USER"] : [])
    }
}

extension ExportRequest {
    /// The script that writes it.
    var script: String {
        if case .pages = self { "dumpTextPass.php" } else { "dumpBackup.php" }
    }

    /// How many texts it has.
    var textCount: Int {
        if case .stubs(let selections, _) = self { selections.count } else { 1 }
    }
}
