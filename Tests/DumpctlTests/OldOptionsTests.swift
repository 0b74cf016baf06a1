import Testing

@testable import dumpctl

/// The rules of `getopt_long_only`.
@Suite struct OldOptionsTests {
    private static let known: [OldOptions.Option] = [
        .init("all", "a"), .init("batch", "B", takesValue: true), .init("bytes", "b"), .init("verbose", "v"),
        .init("version", "V"), .init("type", "t", takesValue: true),
    ]

    private func parse(_ words: String) throws(OldOptions.Problem) -> OldOptions {
        try OldOptions(words.split(separator: " ").map(String.init), known: Self.known, program: "tool")
    }

    @Test(
        "A value, whatever the option looks like",
        arguments: [
            "-t x", "--type x", "-type x", "--type=x", "-type=x", "--ty x", "-ty=x", "-tx", "--t x", "-vt x", "-avtx",
            "in -t x", "-t y -t x",
        ])
    func values(words: String) throws { #expect(try parse(words).value("type") == "x") }

    @Test func lettersTogether() throws {
        let options = try parse("-vva -v --all")
        #expect(options.count("verbose") == 3)
        #expect(options.count("all") == 2)
        #expect(!options.has("bytes"))
    }

    @Test func operandsBetweenAndBehind() throws {
        let options = try parse("one -a two - -- -b three")
        #expect(options.operands == ["one", "two", "-", "-b", "three"])
        #expect(options.has("all"))
        #expect(!options.has("bytes"))
    }

    @Test(
        "What is no good",
        arguments: [
            ("--nothing", "tool: unrecognized option '--nothing'"),
            ("-nothing", "tool: unrecognized option '-nothing'"),
            ("-1", "tool: unrecognized option '-1'"),
            ("-ver", "tool: option '-ver' is ambiguous; possibilities: '-verbose' '-version'"),
            ("--all=1", "tool: option '--all' doesn't allow an argument"),
            ("--type", "tool: option '--type' requires an argument"),
            ("-t", "tool: option requires an argument -- 't'"),
            ("-vx", "tool: invalid option -- 'x'"),
        ])
    func problems(words: String, text: String) {
        let problem = #expect(throws: OldOptions.Problem.self) { try parse(words) }
        #expect(problem?.text == text)
    }
}
