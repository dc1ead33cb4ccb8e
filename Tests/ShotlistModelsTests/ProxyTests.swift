import Foundation
import ShotlistCore
import ShotlistModels
import TestHub
import Testing

@Suite("A proxy before the hub")
struct ProxyTests {
    @Test(
        "is used, with its password, for a host that only it knows",
        arguments: ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
    func used(variable: String) async throws {
        let hub = try await TestHub.start(Sample.repository)
        let proxy = try await TestProxy.start(before: hub)
        let work = try HubWorkspace(hub)
        let store = try work.store([
            "HF_ENDPOINT": "http://hub.invalid", variable: "http://me:pass%20word@\(proxy.address)",
        ])
        _ = try await store.checkpoint(of: Sample.hub(), files: ["*.json"])
        #expect(work.data("Owner/Tiny-Model/config.json") == Sample.repository.files["config.json"])
        let request = try #require(proxy.requests.first)
        #expect(request.hasPrefix("CONNECT hub.invalid:80 "))
        let password = Data("me:pass word".utf8).base64EncodedString()
        #expect(request.lowercased().contains("proxy-authorization: basic \(password.lowercased())"))
    }

    @Test("is not used for what NO_PROXY names", arguments: ["127.0.0.1", "*", "example.com, 127.0.0.1"])
    func exceptions(hosts: String) async throws {
        let hub = try await TestHub.start(Sample.repository)
        let proxy = try await TestProxy.start(before: hub)
        let work = try HubWorkspace(hub)
        let store = try work.store(["HTTP_PROXY": proxy.address, "NO_PROXY": hosts])
        _ = try await store.checkpoint(of: Sample.hub(), files: ["*.json"])
        #expect(proxy.requests.isEmpty)
    }

    @Test("that is no address is said")
    func noAddress() throws {
        let error = #expect(throws: ShotlistError.self) { try HubSettings(environment: ["HTTPS_PROXY": "http://"]) }
        #expect(error?.message == "HTTPS_PROXY is not the address of a proxy.")
    }
}
