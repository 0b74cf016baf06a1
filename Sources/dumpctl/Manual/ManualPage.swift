import ArgumentParser
import FoundationEssentials
import WikiDumpKit

/// The manual page, `dumpctl(1)`, made from the help texts.
struct ManualPage {
    let root: HelpTree.Command

    /// The page in the format of man(7).
    var text: String {
        var lines = [
            ".TH DUMPCTL 1 \"\" \"\(Program.nameAndVersion)\" \"Dumps of MediaWiki wikis\"", ".SH NAME",
            "dumpctl \\- \(Self.escaped(root.abstract ?? ""))", ".SH SYNOPSIS", ".B dumpctl", ".I command",
            "[\\fIoptions\\fR]", ".SH DESCRIPTION",
        ]
        lines += Self.paragraphs(root.discussion)
        lines.append(".SH COMMANDS")
        for command in shown(root) { lines += section(command, path: command.commandName) }
        lines += [
            ".SH FILES", ".TP", ".I /etc/wikidump.conf", "The configuration, unless --configfile names another.", ".TP",
            ".I ~/.wikidump.conf", "Wins over the one before.",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private func shown(_ command: HelpTree.Command) -> [HelpTree.Command] {
        (command.subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    private func section(_ command: HelpTree.Command, path: String) -> [String] {
        let arguments = (command.arguments ?? []).filter { $0.shouldDisplay && !isOfAll($0) }
        let values = arguments.filter { $0.kind == "positional" }.map { argument in
            let name = "\\fI\(Self.escaped(argument.valueName ?? "value"))\\fR"
            return argument.isOptional ? "[\(name)]" : name
        }
        var lines = [".SS \"\(Self.escaped("dumpctl \(path)"))\""]
        lines.append(Self.escaped(command.abstract ?? ""))
        lines += [
            ".P", (["\\fBdumpctl \(Self.escaped(path))\\fR"] + values + ["[\\fIoptions\\fR]"]).joined(separator: " "),
        ]
        lines += Self.paragraphs(command.discussion).isEmpty ? [] : [".P"] + Self.paragraphs(command.discussion)
        var title: String?
        for argument in arguments {
            if argument.sectionTitle != title, let next = argument.sectionTitle {
                lines += [".P", Self.escaped(next) + ":"]
            }
            title = argument.sectionTitle
            lines += item(argument)
        }
        for inner in shown(command) { lines += section(inner, path: path + " " + inner.commandName) }
        return lines
    }

    /// Whether an argument is one that every command has. These are described only once.
    private func isOfAll(_ argument: HelpTree.Argument) -> Bool {
        argument.names?.contains { ["help", "version"].contains($0.name) } == true
    }

    private func item(_ argument: HelpTree.Argument) -> [String] {
        let value = argument.kind == "flag" ? nil : argument.valueName.map { "\\fI\(Self.escaped($0))\\fR" }
        let names = (argument.names ?? []).map { "\\fB\(Self.escaped($0.spelling))\\fR" }.joined(separator: ", ")
        var lines = [".TP", [names.isEmpty ? nil : names, value].compactMap { $0 }.joined(separator: " ")]
        lines.append(Self.escaped(argument.abstract ?? ""))
        if let more = argument.discussion { lines.append(Self.escaped(more)) }
        return lines
    }

    /// Text with paragraphs. Indented lines are kept as they are.
    private static func paragraphs(_ text: String?) -> [String] {
        var lines: [String] = []
        var isVerbatim = false
        for line in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("  ") != isVerbatim {
                isVerbatim.toggle()
                lines.append(isVerbatim ? ".nf" : ".fi")
            }
            lines.append(line.isEmpty ? ".P" : escaped(String(line)))
        }
        if isVerbatim { lines.append(".fi") }
        return lines
    }

    /// The text, escaped so that it means nothing to the formatter.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "\"": escaped += "\\(dq"
            case "\n": escaped += " "
            default: escaped.append(character)
            }
        }
        // A dot or a quote at the start of a line would begin a command.
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }
}

/// The commands and their options, as the argument parser knows them.
struct HelpTree: Decodable {
    struct Command: Decodable {
        var commandName: String
        var abstract: String?
        var discussion: String?
        var shouldDisplay: Bool?
        var subcommands: [Command]?
        var arguments: [Argument]?
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String

            var spelling: String { kind == "long" ? "--\(name)" : "-\(name)" }
        }

        var kind: String
        var shouldDisplay: Bool
        var isOptional: Bool
        var sectionTitle: String?
        var names: [Name]?
        var valueName: String?
        var abstract: String?
        var discussion: String?
    }

    var command: Command

    /// Reads what the parser knows about a command and its subcommands.
    static func of(_ root: any ParsableCommand.Type) throws(DumpError) -> Command {
        do { return try JSONDecoder().decode(HelpTree.self, from: Data(root._dumpHelp().utf8)).command } catch {
            throw DumpError(.jobFailed, "the help cannot be read", remedy: "report this", cause: error)
        }
    }
}
