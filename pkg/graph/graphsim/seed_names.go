package graphsim

import (
	"fmt"
	"strings"
	"unicode"
)

// Made-up people and companies in the manner of Microsoft's own examples.
var (
	givenNames = strings.Fields(`Adele Alex Allan Amber Anna Ben Bianca Carlos Christie Daniel Debra Diego Emily Enrico
		Fatima Grady Hanna Henrietta Irvin Isaiah Johanna Joni Jordan Kenji Lee Lidia Lynne Maria Megan Miriam Mona
		Nestor Nadia Omar Patti Pradeep Priya Raul Rosa Samir Sofia Tomas Uma Victor Wei Yara Zrinka`)
	surnames = strings.Fields(`Adams Berger Bowen Cornish Dekker Eklund Fischer Greene Gruber Holloway Ibarra Johansen
		Kapoor Langer Lidman Meyers Moreno Nakata Okafor Pisani Quigley Robbins Sato Sherman Silva Sousa Thober Urquhart
		Vance Vasquez Weber Wilber Xavier Young Zapata Zhang`)
	departments = []string{"Sales", "Marketing", "Finance", "Engineering", "Human Resources", "Legal", "Operations", "Research & Development", "Retail"}
	jobTitles   = []string{"Account Executive", "Analyst", "Controller", "Designer", "Director", "Engineer", "Paralegal", "Program Manager", "Store Manager", "Vice President"}
	companies   = []string{"Contoso", "Contoso Retail", "Fabrikam", "Adventure Works", "Northwind Traders", "Tailspin Toys"}
	partners    = []string{"fabrikam.com", "adatum.com", "adventure-works.com", "northwindtraders.com", "tailspintoys.com"}
	places      = [][4]string{ // city, country, usage location, language
		{"Seattle", "United States", "US", "en-US"}, {"München", "Germany", "DE", "de-DE"}, {"Lyon", "France", "FR", "fr-FR"},
		{"São Paulo", "Brazil", "BR", "pt-BR"}, {"大阪市", "Japan", "JP", "ja-JP"}, {"القاهرة", "Egypt", "EG", "ar-EG"}, {"Reykjavík", "Iceland", "IS", "is-IS"},
	}
	employeeTypes = []string{"Employee", "Contractor", "Consultant", "Vendor"}
	groupTopics   = strings.Fields(`Sales Marketing Finance Engineering Legal Operations Research Retail Design Support
		Security Facilities Payroll Recruiting Analytics Logistics Events Travel Procurement Quality`)
	groupRoles   = strings.Fields(`Team Leads Reviewers Approvers Readers Contributors Project Partners Alumni Board`)
	appNames     = []string{"Expenses", "Travel", "Payroll", "Wiki", "Ticketing", "CRM", "Build Server", "Badge Printer", "Inventory", "Survey", "Learning", "Timesheets"}
	appRoleNames = []string{"Administrator", "Approver", "Auditor", "Contributor", "Reader"}
)

// oddNames are display names that break careless readers: quotes, markup, other scripts, the longest.
var oddNames = []string{
	"Sean O'Brien", `Robert "Bob" Tremblay`, "Zoë 🚀 Starr", "ليلى حداد", "נועה לוי", "Front Desk <Smith & Sons>",
	strings.Repeat("Maximilian ", 23) + "von", "山田 太郎", "Zue\u0308rcher \u200dJose\u0301", `Back\Slash / 100% #1; DROP`, "d’Artagnan, Charles",
}

// mailName makes the part before the @ out of a name.
func mailName(given, surname string, n int) string {
	plain := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, given+surname)
	return fmt.Sprintf("%s%d", plain, n)
}
