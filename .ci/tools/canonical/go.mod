module github.com/conductorone/baton-microsoft-entra/.ci/tools/canonical

go 1.26
