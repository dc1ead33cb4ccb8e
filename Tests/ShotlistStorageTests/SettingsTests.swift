import Foundation
import ShotlistCore
import ShotlistStorage
import Testing

@Suite("Where S3 is and who asks, from AWS's usual places")
struct SettingsTests {
    private func settings(_ environment: [String: String], files: [String: String] = [:]) throws -> S3Settings {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-aws-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try S3Settings(environment: environment.merging(["HOME": folder.path]) { given, _ in given })
    }

    private func refusal(_ environment: [String: String], files: [String: String] = [:]) throws -> String {
        do {
            _ = try settings(environment, files: files)
        } catch let error as ShotlistError {
            #expect(error.code == .invalidArgument)
            return error.description
        }
        throw CocoaError(.featureUnsupported)
    }

    private let keys = ["AWS_ACCESS_KEY_ID": "AKIA1", "AWS_SECRET_ACCESS_KEY": "hush-hush"]

    @Test("the environment comes first, then the profile")
    func order() throws {
        let files = [
            ".aws/credentials": """
            [default]
            aws_access_key_id = OTHER
            aws_secret_access_key=x
            [work]
            # a note
            aws_access_key_id = AKIAWORK
            aws_secret_access_key = abc=def

            """,
            ".aws/config": """
            [profile work]
            region = eu-north-1
            s3 =
                addressing_style = path
            endpoint_url = http://s3.example:9000
            [profile workshop]
            region = never

            """,
        ]
        let work = try settings(["AWS_PROFILE": "work"], files: files)
        #expect(work.accessKey == "AKIAWORK" && work.region == "eu-north-1")
        #expect(work.endpoint?.absoluteString == "http://s3.example:9000")
        let both = try settings(
            keys.merging(["AWS_PROFILE": "work", "AWS_REGION": "us-west-2"]) { a, _ in a }, files: files)
        #expect(both.accessKey == "AKIA1" && both.region == "us-west-2")
        #expect(try settings([:], files: files).accessKey == "OTHER")
    }

    @Test("what is missing or makes no sense is said, and no secret with it")
    func refusals() throws {
        #expect(try refusal([:]).contains("There are no credentials for S3"))
        #expect(try refusal(["AWS_PROFILE": "gone"]).contains("'gone'"))
        let half = try refusal(["AWS_SECRET_ACCESS_KEY": "hush-hush"])
        #expect(half.contains("one is missing") && !half.contains("hush"))
        let broken = try refusal(["AWS_ACCESS_KEY_ID": "AKIA1\nx: y", "AWS_SECRET_ACCESS_KEY": "hush-hush"])
        #expect(!broken.contains("hush"))
        for address in [
            "s3.example", "ftp://s3.example", "https://s3.example/path", "https://user:pass@s3.example",
            "https://:pass@s3.example", "user:pass@s3.example", "https://s3.example:65536", "https://s3.example:-1",
        ] {
            let said = try refusal(keys.merging(["AWS_ENDPOINT_URL": address]) { a, _ in a })
            #expect(said.contains("AWS_ENDPOINT_URL is not the address") && !said.contains("pass"), "\(address)")
        }
        let profile = [".aws/config": "[default]\nendpoint_url = https://user:pass@s3.example\n"]
        let said = try refusal(keys, files: profile)
        #expect(said.contains("endpoint_url") && !said.contains("pass"))
        #expect(try refusal(keys.merging(["AWS_CA_BUNDLE": "/nowhere"]) { a, _ in a }).contains("'/nowhere'"))
        #expect(try refusal(keys.merging(["SHOTLIST_S3_ADDRESSING": "x"]) { a, _ in a }).contains("path or virtual"))
    }

    @Test("a bucket is named in the host at AWS, and in the path elsewhere, unless told otherwise")
    func addresses() throws {
        func address(_ more: [String: String], _ bucket: String = "films") throws -> String {
            let (scheme, host, root) = try settings(keys.merging(more) { a, _ in a }).address(of: bucket)
            return "\(scheme)://\(host)\(root)"
        }
        #expect(try address([:]) == "https://films.s3.amazonaws.com")
        #expect(try address(["AWS_REGION": "eu-west-1"]) == "https://films.s3.eu-west-1.amazonaws.com")
        // A certificate for *.s3.amazonaws.com holds for no name with a further dot.
        #expect(try address([:], "my.films") == "https://s3.amazonaws.com/my.films")
        let own = ["AWS_ENDPOINT_URL_S3": "http://localhost:9000/", "AWS_ENDPOINT_URL": "http://not-this-one"]
        #expect(try address(own) == "http://localhost:9000/films")
        let virtual = own.merging(["SHOTLIST_S3_ADDRESSING": "virtual"]) { a, _ in a }
        #expect(try address(virtual) == "http://films.localhost:9000")
    }

    @Test("a place is a bucket and what keys begin with, taken as it is")
    func locations() throws {
        #expect(try S3Location("s3://films") == S3Location(bucket: "films", key: ""))
        #expect(try S3Location("S3://films//a b/%20+ü/") == S3Location(bucket: "films", key: "a b/%20+ü"))
        #expect(try S3Location("s3://films/x").appending("y").description == "s3://films/x/y")
        for text in ["s3://", "s3:///x", "s3://a", "s3://fi lms/x", "s3://fi@lms", "s3://a..b", "films"] {
            #expect(throws: ShotlistError.self) { try S3Location(text) }
        }
    }
}
