import Testing

@testable import WikiDumpKit

@Suite struct WebAnswerTests {
    private func parsed(_ text: String) -> WebAnswer? { WebAnswer(Array(text.utf8)) }

    @Test func headAndBodyAreTold() throws {
        let answer = try #require(
            parsed("HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nX:\r\n\r\nHTTP/1.1 is old\r\n"))
        #expect(answer.status == 429 && answer.isPassing)
        #expect(answer.retryAfter == .seconds(7))
        #expect(answer.body == Array("HTTP/1.1 is old\r\n".utf8))
    }

    @Test func theLastAnswerCounts() throws {
        let way =
            "HTTP/1.1 301 Moved\r\nLocation: /x\r\nRetry-After: 9\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
        let answer = try #require(parsed(way + "HTTP/2 200 \r\nA: b\r\n\r\n{}"))
        #expect(answer.status == 200 && answer.fields == ["a": "b"] && answer.retryAfter == nil)
        #expect(answer.body == Array("{}".utf8))
    }

    @Test(arguments: ["", "{}", "HTTP/1.1", "HTTP/1.1 abc\r\n\r\n", "\r\n\r\n"])
    func whatIsNoAnswerIsRefused(text: String) { #expect(parsed(text) == nil) }

    @Test(arguments: ["-1", "99999999999999999999", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", ""])
    func aPauseThatIsNotUnderstoodIsNone(value: String) {
        #expect(parsed("HTTP/1.1 503 x\r\nretry-after: \(value)\r\n\r\n")?.retryAfter == nil)
    }
}
