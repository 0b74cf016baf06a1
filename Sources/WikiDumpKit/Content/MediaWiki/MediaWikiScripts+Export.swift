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
        case .stubs(let selections):
            return [group, "--full", "--stub", "--report=1000"]
                + zip(selections, outputs).flatMap { selection, output in
                    ["--output=file:\(output)"] + Self.filters(selection)
                }
        case .pages(let pages):
            return ["--stub=gzip:\(pages.stub)"] + (pages.prefetch.map { [$0.argument] } ?? [])
                + [group, "--report=1000"] + (pages.spawn ? ["--spawn=\(php)"] : [])
                + outputs.map { "--output=file:\($0)" } + [pages.extent == .all ? "--full" : "--current"]
        case .log:
            return ["--logs", "--report=1000", group] + outputs.map { "--output=file:\($0)" }
        }
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
        if case .stubs(let selections) = self { selections.count } else { 1 }
    }
}
